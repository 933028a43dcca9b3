"""The database's side of folding."""

from django.db.models import CharField, Func


class Fold(Func):
    """tinhso_fold(expression): lower case without marks, đ to d."""

    function = "tinhso_fold"
    output_field = CharField()
