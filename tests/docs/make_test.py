#!/usr/bin/env python3
"""What docs/make refuses: broken links, lost marks, quoted lines that are gone, figures without a source."""
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "docs" / "make"))

import figures  # noqa: E402
import links  # noqa: E402
import pages  # noqa: E402
import results  # noqa: E402
import sources  # noqa: E402


class InFolder(unittest.TestCase):
    """A project of its own, in a temporary folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()
        (self.root / "docs").mkdir()
        for module in (pages, links, sources, results):
            before = module.ROOT
            self.addCleanup(setattr, module, "ROOT", before)
            module.ROOT = self.root

    def page(self, text, name="docs/page.md"):
        (self.root / name).write_text(text)


class Links(InFolder):
    def complaints(self, text):
        self.page("# Some Heading\n\n## `code`, and: more\n\n## Twice\n\n## Twice\n", "docs/other.md")
        self.page(text)
        return links.complaints()

    def test_what_exists_is_accepted(self):
        self.assertEqual(self.complaints(
            "# Own\n[a](other.md) [b](other.md#some-heading) [c](other.md#code-and-more) [d](other.md#twice-1) "
            "[e](#own) [f](https://example.org/none) [`g`](../docs/other.md)\n```\n[h](none.md)\n```\n"
            "`[i](none.md)`\n"), [])

    def test_what_is_missing_is_named_with_its_line(self):
        for text, wrong in [("[a](none.md)", "none.md does not exist"), ("![a](img/none.png)", "img/none.png does not"),
                            ("[a](other.md#none)", "other.md#none names a heading"), ("[a](#none)", "#none names a"),
                            ("[a](other.md#twice-2)", "other.md#twice-2 names a"),
                            ("[![x](none.png)](other.md)", "none.png"),
                            ("<img src=\"none.png\">", "none.png does not"), ("[a](../../x.md)", "leads out of"),
                            ("[over two\nlines](none.md)", "none.md does not exist")]:
            with self.subTest(text):
                found = self.complaints("first line\n\n" + text + "\n")
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith("docs/page.md:3: ") and wrong in found[0], found)

    def test_pages_that_the_index_does_not_reach_are_named(self):
        self.page("[a](page.md)\n", "docs/README.md")
        self.page("[a](other.md)\n")
        self.page("# Other\n", "docs/other.md")
        self.page("# Lost\n", "docs/lost.md")
        self.assertEqual(links.lost_pages(),
                         ["docs/lost.md is not linked from docs/README.md, nor from a page that is"])


class Parts(InFolder):
    def test_a_part_is_replaced_and_the_rest_kept(self):
        self.page("before\n<!-- x:begin -->\nold\n<!-- x:end -->\nbehind\n")
        made = pages.Pages()
        made.fill("docs/page.md", "x", "new")
        self.assertEqual(made.changed(), ["docs/page.md"])
        made.write()
        self.assertEqual((self.root / "docs/page.md").read_text(),
                         "before\n<!-- x:begin -->\nnew\n<!-- x:end -->\nbehind\n")
        self.assertEqual(made.changed(), [])

    def test_lost_marks_are_refused(self):
        begin, end = "<!-- x:begin -->", "<!-- x:end -->"
        for text in ("", begin, end + begin, begin + begin + end, begin + end + end):
            with self.subTest(text), self.assertRaisesRegex(pages.Problem, "docs/page.md: wants one"):
                self.page(text)
                pages.Pages().fill("docs/page.md", "x", "new")


class Sources(InFolder):
    def test_lines_are_quoted_and_missing_ones_refused(self):
        (self.root / "a.cpp").write_text("int f() {\n  return 1;\n}\nint g();\n")
        quoted = sources.excerpt("docs/page.md", 'a.cpp "return" "^}"')
        self.assertIn("](../a.cpp#L2)", quoted)
        self.assertIn("```cpp\n  return 1;\n}\n```", quoted)
        for argument, wrong in [('a.cpp "retrun" "}"', "'retrun'"), ('a.cpp "int g" "^}"', "'\\^}'"),
                                ('b.cpp "x" "y"', "b.cpp, which does not exist"), ("a.cpp x", "is not FILE")]:
            with self.subTest(argument), self.assertRaisesRegex(pages.Problem, wrong):
                sources.excerpt("docs/page.md", argument)

    def test_a_program_that_is_not_built_is_named(self):
        self.page("<!-- output lister:begin -->\nold\n<!-- output lister:end -->\n")
        self.assertEqual(sources.update(pages.Pages(), {"lister": self.root / "lister"}), ["lister"])
        with self.assertRaisesRegex(pages.Problem, "wants the output of lister"):
            sources.update(pages.Pages(), {})


class Results(unittest.TestCase):
    REPORTS = {"a": {"rmse": [0.1, 0.05, 0.2], "b": {"two words": 2}}}

    def test_values_have_a_source(self):
        self.assertEqual(results.expand(self.REPORTS, "{{interval a.rmse}}; {{a.rmse:.2f}}; {{a.b.two words}}"),
                         "0.100 (0.050 to 0.200); 0.10, 0.05 and 0.20; 2")
        for text in ("{{a.none}}", "{{a.rmse.3}}", "{{b.rmse}}", "{{table none}}"):
            with self.subTest(text), self.assertRaisesRegex(pages.Problem, "there is no"):
                results.expand(self.REPORTS, text)


class Figures(unittest.TestCase):
    def test_shares_of_a_footprint_add_up_to_its_area(self):
        corners = [(1.5, 1.0), (4.0, 1.0), (4.0, 3.5), (1.5, 3.5)]
        shares = {(r, c): figures.overlap(corners, r, c) for r in range(5) for c in range(5)}
        self.assertAlmostEqual(sum(shares.values()), 2.5 * 2.5)
        self.assertAlmostEqual(shares[1, 1], 0.5)
        self.assertAlmostEqual(shares[3, 1], 0.25)
        self.assertEqual(shares[0, 0], 0)

    def test_the_correction_brings_the_map_nearer_to_the_truth(self):
        guess, truth, _, better, deviation = figures.corrected()

        def rmse(of):
            return (sum((a - b) ** 2 for a, b in zip(of, truth)) / len(truth)) ** 0.5

        self.assertLess(rmse(better), 0.7 * rmse(guess))
        inside = sum(abs(b - t) < 1.645 * d for b, t, d in zip(better, truth, deviation)) / len(truth)
        self.assertGreater(inside, 0.7)


if __name__ == "__main__":
    unittest.main()
