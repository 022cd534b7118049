"""The steps of a case, one family a module, in the order of its life; importing the package registers them."""

from service.cases.steps import waiting

__all__ = ["waiting"]
