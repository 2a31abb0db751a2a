"""No cell of a CSV file is a formula, whichever sign parts cells where it is opened."""

import csv
import io

import pytest

from service.formats.csv import FORMULA_SIGNS, join_cell_lines, write_row


@pytest.mark.parametrize("sign", FORMULA_SIGNS)
@pytest.mark.parametrize("before", ["", " ", "x;", "x; ", "x\n", "x\r\n", "x\t", 'x;"', "x;\n;", ";;"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_cell_is_a_formula(sign: str, before: str, delimiter: str) -> None:
    written = write_row(["id", f"{before}{sign}1+1", f"“{before}{sign}1+1"]).decode()
    rows = csv.reader(io.StringIO(written, newline=""), delimiter=delimiter)
    assert [cell for row in rows for cell in row if cell.strip(' "')[:1] in tuple(FORMULA_SIGNS)] == []


@pytest.mark.parametrize("text", ["x; y", "a-b; c", "1 = 1", "no\n\nyes", "“We go; we stay”"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    [[cell]] = csv.reader(io.StringIO(write_row([text]).decode(), newline=""))
    assert cell == text


def test_a_cell_for_excel_is_one_line() -> None:
    assert join_cell_lines(["a\r\nb\n\nc\u2028d", 1, None, True]) == ["a b c d", 1, None, True]
