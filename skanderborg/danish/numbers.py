"""How Danes write numbers, and what is counted."""


def number(count: int) -> str:
    """«2.312»."""
    return f"{count:,}".replace(",", ".")


def counted(count: int, one: str, many: str) -> str:
    """«1 opgave», «2.312 opgaver»."""
    return f"{number(count)} {one if count == 1 else many}"
