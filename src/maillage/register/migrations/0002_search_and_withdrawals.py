"""The search index (outside the models: it is derived, and differs by database) and withdrawn names."""

from django.db import migrations, models

_SQLITE = (
    """CREATE VIRTUAL TABLE register_search USING fts5(
        names, place, tokenize = "unicode61 remove_diacritics 0", prefix = '3')""",
    """CREATE TABLE register_wordform (
        form varchar(40) NOT NULL, word varchar(40) NOT NULL, PRIMARY KEY (form, word)) WITHOUT ROWID""",
)
_POSTGRESQL = (
    """CREATE TABLE register_search (
        rowid bigint PRIMARY KEY, names text NOT NULL, place text NOT NULL,
        words tsvector GENERATED ALWAYS AS (to_tsvector('simple', names || ' ' || place)) STORED)""",
    "CREATE INDEX register_search_words ON register_search USING gin (words)",
    """CREATE TABLE register_wordform (
        form varchar(40) NOT NULL, word varchar(40) NOT NULL, PRIMARY KEY (form, word))""",
)
_BOTH = ("CREATE INDEX register_wordform_word ON register_wordform (word)",)


def create(apps, schema_editor):
    """Lay the tables in the words of the database at hand."""
    own = _POSTGRESQL if schema_editor.connection.vendor == "postgresql" else _SQLITE
    for statement in own + _BOTH:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    """Take them away."""
    for table in ("register_search", "register_wordform"):
        schema_editor.execute(f"DROP TABLE {table}")


class Migration(migrations.Migration):
    dependencies = [("register", "0001_register")]

    operations = [
        migrations.AddField(
            model_name="pendingchange",
            name="withdraws",
            field=models.BooleanField(default=False, verbose_name="withdraws the diffusion"),
        ),
        migrations.RunPython(create, drop),
    ]
