"""Why a row or a file was refused, in words that name the remedy; importers add their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from maillage.kernel.rows import Importer
from maillage.kernel.text import Words

# Of a row: it is refused, the others are taken.
ROWS: Final[dict[str, Words]] = {
    "blank": Words(
        "la cellule est vide\u00a0: complétez-la",
        "the cell is blank: fill it in",
    ),
    "cells": Words(
        "la ligne a plus de cellules que l’en-tête\u00a0: rétablissez les séparateurs et les guillemets",
        "the row has more cells than the header: restore the separators and quotes",
    ),
    "nul": Words(
        "la cellule contient un caractère nul\u00a0: reprenez le fichier d’origine",
        "the cell holds a NUL character: take the original file",
    ),
    "control": Words(
        "la cellule contient des caractères invisibles\u00a0: retapez-la",
        "the cell holds invisible characters: type it again",
    ),
    "cell_too_long": Words(
        "la cellule dépasse 32\u00a0767 caractères\u00a0: raccourcissez-la",
        "the cell passes 32,767 characters: shorten it",
    ),
    "too_long": Words(
        "le texte est trop long\u00a0: raccourcissez-le",
        "the text is too long: shorten it",
    ),
    "date": Words(
        "ce n’est pas une date\u00a0: écrivez-la AAAA-MM-JJ ou JJ/MM/AAAA",
        "this is no date: write it YYYY-MM-DD or DD/MM/YYYY",
    ),
    "serial_day": Words(
        "c’est le numéro de jour d’un tableur\u00a0: mettez la colonne au format date",
        "this is a spreadsheet’s day number: give the column a date format",
    ),
    "implausible_day": Words(
        "l’année est invraisemblable\u00a0: vérifiez la date",
        "the year is implausible: check the date",
    ),
    "day_to_come": Words(
        "ce jour est à venir\u00a0: seul ce qui a eu lieu est repris",
        "this day is still to come: only what has happened is taken",
    ),
    "days_in_disorder": Words(
        "la fin précède le début\u00a0: échangez les deux dates",
        "the end comes before the start: swap both dates",
    ),
    "identifier": Words(
        "l’identifiant n’a pas le nombre de chiffres attendu (9 pour un SIREN, 14 pour un SIRET)\u00a0: recopiez-le",
        "the identifier has not the expected number of digits (9 for a SIREN, 14 for a SIRET): copy it again",
    ),
    "siren_for_siret": Words(
        "un SIREN (9 chiffres) tient la place du SIRET (14 chiffres)\u00a0: écrivez le SIRET de l’établissement",
        "a SIREN (9 digits) stands in place of the SIRET (14 digits): write the establishment’s SIRET",
    ),
    "siret_for_siren": Words(
        "un SIRET (14 chiffres) tient la place du SIREN (9 chiffres)\u00a0: gardez les 9 premiers chiffres",
        "a SIRET (14 digits) stands in place of the SIREN (9 digits): keep the first 9 digits",
    ),
    "spreadsheet_number": Words(
        "un tableur a arrondi ce code en nombre (4,9E+13)\u00a0: reprenez le code d’origine et mettez la colonne au format texte",
        "a spreadsheet rounded this code to a number (4.9E+13): take the original code and give the column a text format",
    ),
    "lost_zero": Words(
        "un zéro initial s’est perdu\u00a0: rétablissez-le et mettez la colonne au format texte",
        "a leading zero was lost: restore it and give the column a text format",
    ),
    "wrong_check_digit": Words(
        "la clé de contrôle est fausse\u00a0: un chiffre a sans doute été mal recopié",
        "the check digit is wrong: a digit was probably miscopied",
    ),
    "commune": Words(
        "ce n’est pas un code commune de l’INSEE (5 caractères)\u00a0: le code postal n’en est pas un",
        "this is no INSEE commune code (5 characters): a postcode is none",
    ),
    "number": Words(
        "ce n’est pas un nombre\u00a0: n’écrivez que des chiffres et une virgule",
        "this is no number: write digits and one decimal point only",
    ),
    "whole_number": Words(
        "un nombre entier est attendu\u00a0: retirez les décimales",
        "a whole number is expected: remove the decimals",
    ),
    "out_of_bounds": Words(
        "le nombre est hors de ce qui est possible\u00a0: vérifiez l’unité",
        "the number is out of what is possible: check the unit",
    ),
    "too_precise": Words(
        "le nombre a trop de décimales\u00a0: arrondissez-le",
        "the number has too many decimals: round it",
    ),
    "unknown_word": Words(
        "ce mot n’est pas dans la liste attendue\u00a0: choisissez l’un de ceux de la notice",
        "this word is not in the expected list: choose one of those of the notice",
    ),
    "duplicate": Words(
        "cette ligne répète une ligne précédente du fichier\u00a0: seule la première est prise",
        "this row repeats an earlier one of the file: only the first is taken",
    ),
}

# Of a file that is taken all the same: worth knowing.
NOTES: Final[dict[str, Words]] = {
    "ignored_columns": Words("colonnes qui ne servent pas\u00a0:", "columns of no use here:"),
    "ignored_table": Words(
        "feuille ou fichier sans les colonnes attendues, laissé de côté",
        "a sheet or file without the expected columns, left aside",
    ),
}

# Of a file: nothing of it is taken.
FILES: Final[dict[str, Words]] = {
    "unreadable": Words(
        "le fichier ne s’ouvre pas\u00a0: vérifiez son chemin et vos droits",
        "the file does not open: check its path and your rights",
    ),
    "empty": Words(
        "le fichier est vide\u00a0: exportez-le de nouveau",
        "the file is empty: export it again",
    ),
    "unknown_kind": Words(
        "ce genre de fichier n’est pas lu\u00a0: donnez un CSV, XLSX, JSON, NDJSON, GeoJSON, Parquet, TOML, ou un zip de ceux-ci",
        "files of this kind are not read: give CSV, XLSX, JSON, NDJSON, GeoJSON, Parquet, TOML, or a zip of these",
    ),
    "old_office": Words(
        "c’est un ancien classeur (.xls)\u00a0: enregistrez-le en .xlsx ou en CSV",
        "this is an old workbook (.xls): save it as .xlsx or CSV",
    ),
    "other_content": Words(
        "le contenu n’est pas ce que dit le nom du fichier\u00a0: exportez-le de nouveau sans le renommer",
        "the content is not what the file’s name says: export it again without renaming it",
    ),
    "too_big": Words(
        "le fichier dépasse la taille lue\u00a0: coupez-le en plusieurs",
        "the file passes the size that is read: cut it in several",
    ),
    "bomb": Words(
        "l’archive se déplie démesurément\u00a0: refaites-la à partir du fichier d’origine",
        "the archive unfolds beyond measure: make it again from the original file",
    ),
    "broken_zip": Words(
        "l’archive est tronquée ou abîmée\u00a0: téléchargez-la de nouveau",
        "the archive is truncated or damaged: download it again",
    ),
    "locked": Words(
        "le fichier est protégé par un mot de passe\u00a0: retirez-le",
        "the file is locked by a password: remove it",
    ),
    "zip_in_zip": Words(
        "l’archive en contient une autre\u00a0: dépliez-la d’abord",
        "the archive holds another: unfold it first",
    ),
    "too_many_members": Words(
        "l’archive contient trop de fichiers\u00a0: n’y laissez que ceux à charger",
        "the archive holds too many files: leave only those to load",
    ),
    "too_many_rows": Words(
        "le fichier a trop de lignes\u00a0: coupez-le en plusieurs",
        "the file has too many rows: cut it in several",
    ),
    "too_many_columns": Words(
        "le fichier a trop de colonnes\u00a0: n’y laissez que celles à charger",
        "the file has too many columns: leave only those to load",
    ),
    "too_many_cells": Words(
        "le fichier a trop de cellules\u00a0: coupez-le en plusieurs",
        "the file has too many cells: cut it in several",
    ),
    "too_deep": Words(
        "les données sont imbriquées trop profondément\u00a0: aplatissez-les",
        "the data is nested too deeply: flatten it",
    ),
    "memory": Words(
        "la lecture demande trop de mémoire\u00a0: coupez le fichier en plusieurs ou enregistrez-le en CSV",
        "reading asks for too much memory: cut the file in several or save it as CSV",
    ),
    "crashed": Words(
        "la lecture s’est interrompue\u00a0: enregistrez le fichier en CSV, et signalez-le",
        "reading broke off: save the file as CSV, and report it",
    ),
    "too_slow": Words(
        "la lecture dure trop longtemps\u00a0: coupez le fichier en plusieurs ou enregistrez-le en CSV",
        "reading takes too long: cut the file in several or save it as CSV",
    ),
    "encoding": Words(
        "le texte n’est ni en UTF-8, ni en UTF-16, ni en Windows-1252\u00a0: enregistrez-le en UTF-8",
        "the text is neither in UTF-8, UTF-16 nor Windows-1252: save it as UTF-8",
    ),
    "quotes": Words(
        "les guillemets ne se lisent pas comme du CSV\u00a0: exportez de nouveau le fichier",
        "the quotes do not read as CSV: export the file again",
    ),
    "open_quote": Words(
        "un guillemet ouvert n’est jamais refermé\u00a0: fermez-le, ou exportez de nouveau le fichier",
        "a quote is opened and never closed: close it, or export the file again",
    ),
    "giant_cell": Words(
        "une cellule est démesurée, sans doute un guillemet jamais refermé\u00a0: exportez de nouveau le fichier",
        "a cell is beyond measure, a quote never closed perhaps: export the file again",
    ),
    "json": Words(
        "ce n’est pas du JSON valide\u00a0: exportez de nouveau le fichier",
        "this is no valid JSON: export the file again",
    ),
    "toml": Words(
        "ce n’est pas du TOML valide\u00a0: corrigez la ligne, ou donnez un tableau",
        "this is no valid TOML: correct the line, or give a table",
    ),
    "no_list": Words(
        "aucune liste d’objets ne s’y trouve\u00a0: donnez le fichier qui contient les lignes",
        "it holds no list of objects: give the file that contains the rows",
    ),
    "not_an_object": Words(
        "un élément de la liste n’est pas un objet\u00a0: exportez de nouveau le fichier",
        "an element of the list is no object: export the file again",
    ),
    "duplicate_name": Words(
        "un nom figure deux fois dans le même objet\u00a0: supprimez l’un des deux",
        "a name stands twice in one object: remove one of them",
    ),
    "no_workbook": Words(
        "ce n’est pas un classeur XLSX\u00a0: enregistrez-le de nouveau depuis le tableur",
        "this is no XLSX workbook: save it again from the spreadsheet",
    ),
    "broken_workbook": Words(
        "le classeur est abîmé\u00a0: ouvrez-le dans un tableur et enregistrez-le de nouveau",
        "the workbook is damaged: open it in a spreadsheet and save it again",
    ),
    "broken_parquet": Words(
        "le fichier Parquet est abîmé ou illisible\u00a0: exportez-le de nouveau",
        "the Parquet file is damaged or unreadable: export it again",
    ),
    "missing_columns": Words(
        "des colonnes nécessaires manquent\u00a0: ajoutez-les, ou corrigez leur nom",
        "columns that are needed are missing: add them, or correct their name",
    ),
    "duplicate_column": Words(
        "une colonne figure deux fois dans l’en-tête\u00a0: supprimez l’une des deux",
        "a column stands twice in the header: remove one of them",
    ),
    "file_changed": Words(
        "le fichier a changé depuis l’aperçu\u00a0: chargez-le de nouveau",
        "the file changed since the preview: load it again",
    ),
    "abandoned": Words(
        "le chargement a été abandonné\u00a0: donnez de nouveau le fichier pour l’appliquer",
        "the load was abandoned: give the file again to apply it",
    ),
    "option": Words(
        "ce qui est demandé avec le fichier n’est pas rempli comme attendu\u00a0: corrigez-le",
        "what is asked with the file is not filled in as expected: correct it",
    ),
}


def reason(code: str, importer: Importer | None = None) -> str:
    """The reason in the reader's language; an importer's own words come first."""
    own: Mapping[str, Words] = importer.reasons if importer else {}
    words = own.get(code) or ROWS.get(code) or FILES.get(code) or NOTES.get(code)
    return str(words) if words else code
