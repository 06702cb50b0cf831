"""Why a line or a file was refused, or taken with a doubt, in words that name the remedy."""

from __future__ import annotations

from typing import NamedTuple

from maillage.intake import tables
from maillage.intake.reasons import FILES
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

REASONS: dict[str, Words] = {
    "cells": Words(
        "la ligne n’a pas autant de cellules que l’en-tête\u00a0: rétablissez les virgules et les guillemets du fichier d’origine",
        "the line has not as many cells as the header: restore the commas and quotes of the original file",
    ),
    "nul": Words(
        "la cellule contient un caractère nul\u00a0: reprenez le fichier d’origine",
        "the cell holds a NUL character: take the original file",
    ),
    "spreadsheet_number": Words(
        "un tableur a arrondi ce code en nombre (4,9E+13)\u00a0: reprenez le fichier d’origine sans l’ouvrir dans un tableur",
        "a spreadsheet rounded this code to a number (4.9E+13): take the original file without opening it in a spreadsheet",
    ),
    "siren_for_siret": Words(
        "un SIREN (9 chiffres) tient la place du SIRET (14 chiffres)",
        "a SIREN (9 digits) stands in place of the SIRET (14 digits)",
    ),
    "lost_zero": Words(
        "un zéro initial s’est perdu\u00a0: reprenez le fichier d’origine sans l’ouvrir dans un tableur",
        "a leading zero was lost: take the original file without opening it in a spreadsheet",
    ),
    "identifier": Words(
        "l’identifiant n’a pas le nombre de chiffres attendu (SIREN\u00a0: 9, SIRET\u00a0: 14)",
        "the identifier has not the expected number of digits (SIREN: 9, SIRET: 14)",
    ),
    "siren_differs": Words(
        "le SIRET ne commence pas par le SIREN de la ligne",
        "the SIRET does not start with the SIREN of the line",
    ),
    "commune": Words(
        "ce n’est pas un code commune de l’INSEE (5 caractères)",
        "this is no INSEE commune code (5 characters)",
    ),
    "date": Words(
        "la date n’existe pas ou n’est pas écrite AAAA-MM-JJ",
        "the date does not exist or is not written YYYY-MM-DD",
    ),
    "dates_in_disorder": Words(
        "l’établissement ferme avant d’avoir été créé\u00a0: dates dans le désordre",
        "the establishment closes before it was created: dates out of order",
    ),
    "succeeds_itself": Words(
        "un établissement ne peut pas se succéder à lui-même\u00a0: reprenez le fichier d’origine",
        "an establishment cannot succeed itself: take the original file",
    ),
    "flag": Words(
        "la cellule doit dire true ou false",
        "the cell must say true or false",
    ),
    "period_in_disorder": Words(
        "la période finit avant d’avoir commencé\u00a0: reprenez le fichier d’origine",
        "the period ends before it began: take the original file",
    ),
    "state": Words(
        "l’état administratif n’est ni A (actif) ni F (fermé) ni C (cessé)",
        "the administrative state is neither A (active) nor F (closed) nor C (ceased)",
    ),
    "diffusion": Words(
        "le statut de diffusion n’est ni O, ni P, ni N",
        "the diffusion status is none of O, P, N",
    ),
    "code": Words(
        "le code n’existe pas dans la liste de l’INSEE ou dépasse sa longueur",
        "the code is not in INSEE’s list or is too long",
    ),
    "duplicate": Words(
        "cet identifiant a déjà été lu dans ce fichier\u00a0: seule la première ligne est prise",
        "this identifier was already read in this file: only the first line is taken",
    ),
    # Doubts: the line is taken.
    "check_digit": Words(
        "la clé de contrôle est fausse\u00a0: la ligne est prise, vérifiez l’identifiant",
        "the check digit is wrong: the line is taken, verify the identifier",
    ),
    "implausible_date": Words(
        "la date est invraisemblable\u00a0: elle est tenue pour inconnue",
        "the date is implausible: it is held unknown",
    ),
    "period_before_creation": Words(
        "la période en cours commence avant la création\u00a0: la date de création est retenue",
        "the present period starts before the creation: the creation date is kept",
    ),
    "unit_missing": Words(
        "l’unité légale manque au fichier des unités légales\u00a0: l’établissement est pris sans elle",
        "the legal unit is missing from the file of legal units: the establishment is taken without it",
    ),
    "position": Words(
        "les coordonnées ne sont pas des nombres\u00a0: l’établissement est pris sans position",
        "the coordinates are no numbers: the establishment is taken without a position",
    ),
    "position_elsewhere": Words(
        "les coordonnées tombent loin de la commune\u00a0: l’établissement est pris sans position",
        "the coordinates fall far from the commune: the establishment is taken without a position",
    ),
    # Files that cannot be taken at all.
    "unreadable": Words(
        "le fichier ne s’ouvre pas\u00a0: vérifiez son chemin et vos droits",
        "the file does not open: check its path and your rights",
    ),
    "empty": Words(
        "le fichier est vide ou n’a que son en-tête\u00a0: téléchargez-le de nouveau",
        "the file is empty or has only its header: download it again",
    ),
    "zip": Words(
        "l’archive zip est tronquée ou abîmée\u00a0: téléchargez-la de nouveau",
        "the zip archive is truncated or damaged: download it again",
    ),
    "zip_content": Words(
        "l’archive zip doit contenir un seul fichier CSV, sans mot de passe",
        "the zip archive must hold one CSV file only, without password",
    ),
    "encoding": Words(
        "le fichier n’est pas en UTF-8 (sans doute Windows-1252)\u00a0: reprenez le fichier d’origine ou convertissez-le en UTF-8",
        "the file is not in UTF-8 (Windows-1252 perhaps): take the original file or convert it to UTF-8",
    ),
    "utf16": Words(
        "le fichier est en UTF-16\u00a0: enregistrez-le en UTF-8",
        "the file is in UTF-16: save it as UTF-8",
    ),
    "missing_columns": Words(
        "des colonnes indispensables manquent à l’en-tête\u00a0: reprenez le fichier stock complet de l’INSEE",
        "columns that are needed are missing from the header: take INSEE’s whole stock file",
    ),
    "duplicate_column": Words(
        "une colonne figure deux fois dans l’en-tête\u00a0: supprimez l’une des deux",
        "a column stands twice in the header: remove one of them",
    ),
    "legacy_layout": Words(
        "c’est l’ancien fichier L2 (avant 2019), qui n’est pas pris en charge\u00a0: téléchargez StockUniteLegale et StockEtablissement",
        "this is the old L2 file (before 2019), which is not supported: download StockUniteLegale and StockEtablissement",
    ),
    "swapped": Words(
        "c’est un autre fichier de l’INSEE\u00a0: --units attend StockUniteLegale, --establishments StockEtablissement, --history StockEtablissementHistorique",
        "this is another of INSEE’s files: --units takes StockUniteLegale, --establishments StockEtablissement, --history StockEtablissementHistorique",
    ),
    "truncated": Words(
        "le fichier s’arrête au milieu d’une ligne\u00a0: il est tronqué, téléchargez-le de nouveau",
        "the file stops in the middle of a line: it is truncated, download it again",
    ),
    "scattered": Words(
        "les lignes de cet établissement ne se suivent pas\u00a0: triez le fichier par SIRET, comme l’INSEE le publie",
        "the lines of this establishment do not follow one another: sort the file by SIRET, as INSEE publishes it",
    ),
    "no_stock": Words(
        "aucun stock de ce territoire n’est chargé\u00a0: donnez aussi --units et --establishments, ou chargez-les d’abord",
        "no stock of this territory is loaded: give --units and --establishments too, or load them first",
    ),
    "quotes": Words(
        "la ligne ne se lit pas comme du CSV (guillemets, ou cellule démesurée)\u00a0: reprenez le fichier d’origine",
        "the line does not read as CSV (quotes, or an oversized cell): take the original file",
    ),
    "file_changed": Words(
        "le fichier a changé pendant la lecture\u00a0: recommencez quand il est complet",
        "the file changed while it was read: start again when it is complete",
    ),
}
# What a reading within limits says of any file.
REASONS |= {
    code: FILES[code]
    for code in (
        "too_big",
        "bomb",
        "giant_cell",
        "memory",
        "too_slow",
        "crashed",
        "broken_parquet",
        "too_many_rows",
        "too_many_columns",
        "too_many_cells",
    )
}


class Remark(NamedTuple):
    """One refused line, or one line taken with a doubt: where and why."""

    file: str
    line: int
    column: str
    code: str
    value: str = ""
    is_warning: bool = False

    @property
    def reason(self) -> str:
        """The reason in the reader's language, French unless they chose English."""
        return str(REASONS[self.code])

    def as_json(self) -> dict[str, object]:
        """What the command prints: `file, line, column, reason`."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "reason": self.reason,
            "code": self.code,
        }


class CannotTake(tables.CannotTake):
    """A stock file that cannot be taken at all: nothing of it is applied."""

    def __init__(self, remark: Remark) -> None:
        place = f"{remark.file}:{remark.line}" if remark.line else remark.file
        column = f" ({remark.column})" if remark.column else ""
        Invalid.__init__(self, f"{place}{column}\u00a0: {remark.reason}")
        self.remark = remark
