"""The steps of a case, one family a module, in the order of its life; importing the package registers them."""

from service.cases.steps import waiting  # isort: skip
from service.cases.steps import records  # isort: skip
from service.cases.steps import gathering  # isort: skip
from service.cases.steps import deciding  # isort: skip
from service.cases.steps import announcing  # isort: skip
from service.cases.steps import afterwards  # isort: skip
from service.cases.steps import stopping  # isort: skip

__all__ = ["afterwards", "announcing", "deciding", "gathering", "records", "stopping", "waiting"]
