"""Every blueprint there is, one a resource."""

from . import card, files, health, profile, signing

ALL = [module.bp for module in (files, health, signing, card, profile)]
