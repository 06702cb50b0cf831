"""Why a line, or a whole list, is refused; each with its remedy."""

from __future__ import annotations

from maillage.kernel.text import Words

_MAKE = Words(
    "faites-en d’abord des pseudonymes (page de dépôt, ou maillage pseudonymise)",
    "make it pseudonymous first (page of deposits, or maillage pseudonymise)",
)


def _holds(fr: str, en: str) -> Words:
    return Words(
        f"cette colonne tient {fr}\u00a0: {_MAKE.fr}", f"this column holds {en}: {_MAKE.en}"
    )


REASONS = {
    "holds_names": _holds("des noms de personnes", "names of persons"),
    "holds_births": _holds("des dates de naissance", "days of birth"),
    "holds_mails": _holds("des adresses électroniques", "e-mail addresses"),
    "holds_phones": _holds("des numéros de téléphone", "telephone numbers"),
    "holds_addresses": _holds("des adresses", "addresses"),
    "holds_numbers": _holds("des numéros de personnes", "numbers of persons"),
    "token": Words(
        "ce n’est pas un jeton\u00a0: 64 chiffres ou lettres de a à f, ou rien",
        "this is no token: 64 digits or letters a to f, or nothing",
    ),
    "no_key_told": Words(
        "rien ne dit avec quelle clé ce jeton est fait\u00a0: gardez la colonne «\u00a0cle\u00a0» de la liste",
        "nothing says which key this token was made with: keep the column “cle” of the list",
    ),
    "other_key": Words(
        "ce jeton est fait avec une autre clé\u00a0: prenez celle du programme, dont l’empreinte est sur sa page",
        "this token was made with another key: take that of the programme, whose fingerprint is on its page",
    ),
    "other_recipe": Words(
        "ce jeton suit une autre version de la recette\u00a0: refaites le fichier",
        "this token follows another version of the recipe: make the file again",
    ),
    "unknown_stage": Words(
        "le programme n’a pas d’étape de ce nom\u00a0: prenez l’un de ceux de sa page",
        "the programme has no stage of this name: take one of those on its page",
    ),
    "amount_needed": Words(
        "un prêt ou une garantie a un montant\u00a0: écrivez-le en euros",
        "a loan or a guarantee has an amount: write it in euros",
    ),
    "no_amount": Words(
        "ce montant n’est pas plus grand que zéro\u00a0: corrigez-le, ou laissez la cellule vide",
        "this amount is not more than nothing: set it right, or leave the cell blank",
    ),
    "postcode": Words(
        "ce n’est pas un code postal\u00a0: cinq chiffres", "this is no postcode: five digits"
    ),
    "commune_told": Words(
        "ce n’est pas une seule commune\u00a0: écrivez son code INSEE, son nom ou son code postal",
        "this is not one commune: write its INSEE code, its name or its postcode",
    ),
    "letters": Words(
        "ce nom tient un chiffre, un signe ou une lettre qui n’est pas latine\u00a0: écrivez-le comme sur la carte d’identité",
        "this name holds a digit, a sign or a letter that is not Latin: write it as on the identity card",
    ),
    "short_year": Words(
        "l’année a deux chiffres, le siècle est incertain\u00a0: écrivez-la en quatre chiffres",
        "the year has two digits, the century is uncertain: write it with four",
    ),
}
