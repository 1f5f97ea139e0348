"""Every closed list of the product: the value lies in the database, the Danish label is what the screen shows."""

# All of them under one name, wherever they stand: code and templates say `kinds.Phase`.
from .actions import Action as Action
from .base import Kind as Kind
from .cases import *  # noqa: F403
from .casework import *  # noqa: F403
from .content import *  # noqa: F403
from .emergency import *  # noqa: F403
from .events import *  # noqa: F403
from .incidents import *  # noqa: F403
from .informing import *  # noqa: F403
from .insight import *  # noqa: F403
from .letters import *  # noqa: F403
from .log import *  # noqa: F403
from .oversight import *  # noqa: F403
from .packs import *  # noqa: F403
from .people import *  # noqa: F403
from .retention import *  # noqa: F403
from .timeline import *  # noqa: F403
from .work import *  # noqa: F403
