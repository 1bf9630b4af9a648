#include "pipeline/report/explain_report.hpp"

#include <doctest/doctest.h>

#include "page_checks.hpp"
#include "report_data.hpp"

using namespace unetsr;
using namespace unetsr::pipeline::report;
using test::check_stands_alone, test::contains, test::count, test::row;

TEST_CASE("the page of an explanation") {
  const std::string page = explain_page(test::explained());
  check_stands_alone(page);
  for (const char* section : {"importance", "attribution", "limits", "provenance"}) {
    CAPTURE(section);
    CHECK(count(page, "<section id=\"" + std::string(section) + "\">") == 1);
  }
  CHECK_FALSE(contains(page, "class=\"not-available\""));
  CHECK(contains(page, "unet-&lt;fold0&gt;"));
  CHECK(row(page, "Mean and standard deviation over 5 draws", "<code>sif*</code>") ==
        "sif*|0.4500 ± 0.0300|0.6000 ± 0.0200|–|sif, sif_mean|");
  CHECK(row(page, "Mean and standard deviation over 5 draws", "<code>sif_mean</code>") ==
        "sif_mean|−0.0010 ± 0.0020|0.0000 ± 0.0010|0.0100||");
  CHECK(contains(page, "\"left\":\"sif\",\"right\":\"ndvi\""));
  CHECK(contains(page, "0.120 % of the differences"));
  CHECK_FALSE(contains(page, "This gap is large"));
}

TEST_CASE("a gap in the sum of attributions is a warning") {
  ExplainReport r = test::explained();
  r.gap = 0.02;
  CHECK(contains(explain_page(r), "This gap is large"));
}
