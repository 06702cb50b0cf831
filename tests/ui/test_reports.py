import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from maillage.ui import reports
from maillage.ui.reports.pdf import PRINTABLE, printable

N, B = "\u202f", "\u00a0"
HOSTILE = [
    "#import sys: inputs; #panic(1)",
    '"] #eval("1+1") [',
    "*gras* _it_ `code` $x^2$ @ref <label> // comment /* block */",
    "\\u{1F600} \\",
    "<script>alert(1)</script>",
    "= Titre\n- liste",
]

FIGURE = reports.KeyFigure(
    label="Artisans prospectés",
    value=f"2{N}746",
    code="outreach.firms_prospected v3",
    url="/figures/outreach.firms_prospected/",
    on=date(2020, 6, 30),
    detail=f"sur 4{N}000",
)


def report(*blocks, **changes):
    made = reports.Report(
        title="Où en est la convention ?",
        subtitle="MEL – CMA Hauts-de-France, 2019-2020",
        language="fr",
        computed_at=datetime(2020, 6, 30, 16, 12, tzinfo=UTC),
        base_url="https://maillage.example",
        blocks=blocks,
    )
    return replace(made, **changes)


FULL = report(
    FIGURE,
    replace(FIGURE, label="Subvention engagée", value=f"98{N}400{B}€", url=""),
    reports.Heading("Les six axes"),
    reports.Bars(
        "Trait : temps écoulé",
        [
            reports.Bar("Axe 1", "86 / 120", 0.72, 0.71, "ontrack", "Dans le rythme", "/axes/1/"),
            reports.Bar("Axe 4", "147 / 350", 1.4, 0.71, "late", "En retard"),
        ],
    ),
    reports.Note("Aucune réouverture.", "Axe 4, 29 points de retard.", "late"),
    reports.Heading("Paiements", 3),
    reports.Paragraph("Deux paiements ont été versés."),
    reports.Table(
        "Paiements de l’année",
        ("Jour", "Objet", "Montant"),
        [("30 juin 2020", reports.Link("Aide", "/p/1/"), f"1{N}200{B}€")] * 60,
        numeric=frozenset({2}),
    ),
    demo="Démonstration : données inventées",
)


def read(made):
    return PdfReader(io.BytesIO(reports.pdf(made)))


def words(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def links(reader):
    return {
        note.get_object()["/A"]["/URI"]
        for page in reader.pages
        for note in page.get("/Annots", ())
        if "/URI" in note.get_object().get("/A", {})
    }


def test_the_pdf_is_tagged_titled_in_its_language_and_declares_itself_accessible():
    reader = read(FULL)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"].startswith("fr")
    assert reader.metadata.title == FULL.title
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


def test_the_pdf_is_a4_and_its_pages_say_when_it_was_computed_and_their_number():
    reader = read(FULL)
    assert len(reader.pages) == 2
    for rank, page in enumerate(reader.pages, start=1):
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
        text = page.extract_text()
        assert f"30 juin 2020 à 18{B}h{B}12" in text
        assert f"{rank} / 2" in text


def test_every_block_is_in_the_pdf():
    text = words(read(FULL))
    for expected in (
        "Démonstration : données inventées",
        "Artisans prospectés",
        "746",
        "outreach.firms_prospected v3, 30 juin 2020",
        "Les six axes",
        "86 / 120",
        "En retard",
        "Axe 4, 29 points de retard.",
        "Deux paiements ont été versés.",
        "Montant",
    ):
        assert " ".join(expected.split()) in text


def test_links_of_the_pdf_lead_outside_with_a_whole_address():
    assert links(read(FULL)) == {
        "https://maillage.example/figures/outreach.firms_prospected/",
        "https://maillage.example/axes/1/",
        "https://maillage.example/p/1/",
    }


@pytest.mark.parametrize("columns", [2, 3, 6])
def test_rows_of_many_columns_name_their_cells_where_columns_do_not_fit(columns):
    header = [f"Colonne {rank}" for rank in range(columns)]
    made = report(reports.Table("Légende", header, [[f"case {rank}" for rank in range(columns)]]))

    table = BeautifulSoup(reports.fragment(made), "html.parser").table

    assert ("lined" in table.get("class", [])) == (columns > 2)
    assert [td["data-label"] for td in table.select("td")] == header[1:]


def test_links_of_a_file_that_travels_lead_outside_and_those_of_a_page_stay_inside():
    def addresses(html):
        return {a["href"] for a in BeautifulSoup(html, "html.parser").select("a[href]")}

    assert addresses(reports.document(FULL)) == links(read(FULL))
    assert all(url.startswith("/") for url in addresses(reports.fragment(FULL)))
    assert addresses(reports.document(replace(FULL, base_url=""))) == set()


def test_an_instance_without_address_prints_words_rather_than_dead_links():
    made = replace(FULL, base_url="")
    assert links(read(made)) == set()
    assert "Aide" in words(read(made))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_typed_is_printed_and_never_run(text):
    made = report(
        replace(FIGURE, label=text, value=text, code=text, detail=text),
        reports.Heading(text),
        reports.Paragraph(text),
        reports.Note(text, text),
        reports.Bars(text, [reports.Bar(text, text, 0.5, words=text)]),
        reports.Table(text, (text, text), [(text, reports.Link(text, "/x/"))]),
        title=text,
        subtitle=text,
        demo=text,
    )
    expected = "".join(text.split())
    assert "".join(words(read(made)).split()).count(expected) >= 12
    page = BeautifulSoup(reports.document(made), "html.parser")
    assert page.find("script") is None
    assert expected in "".join(page.h1.get_text().split())


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " javascript:x"])
def test_an_address_that_is_no_page_leads_nowhere(url):
    made = report(replace(FIGURE, url=url), reports.Bars("", [reports.Bar("a", "b", 1, url=url)]))
    assert links(read(made)) == set()
    assert BeautifulSoup(reports.fragment(made), "html.parser").find("a") is None
    assert reports.Link("x", url).url == ""


def test_what_no_font_can_draw_becomes_a_box_instead_of_a_refusal():
    assert printable("Café 🎉 上海\u200b\x00\u202e\ttest") == "Café □ □□ test"
    assert printable("e\u0301") == "é"
    assert "□" in words(read(report(reports.Paragraph("Salon 🎉"))))


def test_every_character_kept_can_be_drawn():
    kept = "".join(printable(chr(c)) for low, high in PRINTABLE for c in range(low, high + 1))
    assert len(kept) > 2000
    assert read(report(reports.Paragraph(kept))).pages


def test_the_page_shows_the_same_figures_with_their_links():
    soup = BeautifulSoup(reports.fragment(FULL), "html.parser")
    assert soup.article["lang"] == "fr"
    figure = soup.select_one(".figure a")
    assert (figure["href"], figure.get_text(strip=True)) == (FIGURE.url, FIGURE.value)
    assert "outreach.firms_prospected v3, 30 juin 2020" in soup.get_text()
    assert [tag.name for tag in soup.find_all(["h2", "h3"])] == ["h2", "h3"]
    assert len(soup.select(".g3")) == 1
    assert [th.get_text() for th in soup.select("table")[1].select("thead th")] == [
        "Jour",
        "Objet",
        "Montant",
    ]
    row = soup.select("table")[1].tbody.tr
    assert [cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] == [
        "30 juin 2020",
        "Aide",
        f"1{N}200{B}€",
    ]
    assert row.find_all("td")[1]["class"] == ["num"]


def test_the_page_and_the_pdf_say_the_same_words():
    on_page = BeautifulSoup(reports.fragment(FULL), "html.parser").get_text(" ")
    in_pdf = words(read(FULL))
    for word in set(on_page.split()) - {"Axe"}:
        assert word.strip(",.") in in_pdf


def test_the_document_stands_alone():
    soup = BeautifulSoup(reports.document(FULL), "html.parser")
    assert soup.html["lang"] == "fr"
    assert soup.title.string == f"{FULL.title} – Maillage"
    assert soup.h1.get_text() == FULL.title
    assert not soup.find_all(["link", "script"])
    assert "--paper" in soup.style.string
    assert "url(" not in soup.style.string


def test_an_english_report_is_english_whatever_the_reader_speaks():
    made = report(reports.Paragraph("Two payments."), language="en", title="Outturn")
    assert "Computed on 30 June 2020 at 18:12" in words(read(made))
    assert "Computed on 30 June 2020 at 18:12" in reports.fragment(made)


def test_the_same_report_makes_the_same_file():
    assert reports.pdf(FULL) == reports.pdf(FULL)


def test_a_row_with_a_missing_cell_is_refused():
    with pytest.raises(ValueError, match="one cell per column"):
        reports.Table("t", ("a", "b"), [("1",)])
