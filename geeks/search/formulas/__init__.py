"""Formula search: TeX is read as an operator tree and looked for by hashes of its parts.

So `a^2+b^2=c^2` finds `x^2 + y^2 = z^2`, and a fraction is found however it is spelled. `analyse` gives what the
index holds of a formula; `find` asks a backend for the formulas that answer one, `formula_class` compares two.
"""

from geeks.search.formulas.bare import as_tex, is_formula
from geeks.search.formulas.finding import MOST, FormulaIndex, best_class, find, formula_class, strong, telling
from geeks.search.formulas.ranking import CLASSES, STRONG, FormulaClass, Found, Plan
from geeks.search.formulas.terms import VERSION, Analysis, analyse, identity_term

__all__ = [
    "CLASSES",
    "MOST",
    "STRONG",
    "VERSION",
    "Analysis",
    "FormulaClass",
    "FormulaIndex",
    "Found",
    "Plan",
    "analyse",
    "as_tex",
    "best_class",
    "find",
    "formula_class",
    "identity_term",
    "is_formula",
    "strong",
    "telling",
]
