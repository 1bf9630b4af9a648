#include "pipeline/report/explain_report.hpp"

#include <doctest/doctest.h>

#include "page_checks.hpp"
#include "report_data.hpp"

using namespace unetsr;
using namespace unetsr::pipeline::report;
using test::check_stands_alone, test::contains, test::count, test::row;

namespace {

ExplainReport explained() {
  ExplainReport r;
  r.dataset = "paper.h5";
  r.run = "unet-<fold0>";
  r.model = "unet";
  r.held_out = "columns 0-43 of 173";
  r.metrics = {0.9151, 0.916, 0.1171, 0.1552, -0.0031, 0.902, 7934};
  r.importance = {{"sif*", {"sif", "sif_mean"}, 0.45, 0.03, 0.6, 0.02},
                  {"sif", {"sif"}, 0.41, 0.02, 0.5, 0.02, 0.31},
                  {"ndvi", {"ndvi"}, 0.052, 0.004, 0.1, 0.01, 0.08},
                  {"sif_mean", {"sif_mean"}, -0.001, 0.002, 0, 0.001, 0.01}};
  r.draws = 5, r.block_cells = 12, r.seed = 1, r.steps = 32;
  r.explained_cells = 7934;
  r.change = 123.4, r.attributed = 123.5, r.gap = 0.0012;
  r.channels = {"sif", "ndvi", "sif_mean"};
  r.windows = {"25 May - 9 June 2019", "10 June - 25 June 2019"};
  r.grid = test::grid();
  for (int map = 0; map < 6; ++map) {
    const std::vector<float> values = test::field(map, 0.1, 0.05, 4);
    r.attributions.insert(r.attributions.end(), values.begin(), values.end());
  }
  r.provenance = test::provenance();
  return r;
}

}  // namespace

TEST_CASE("the page of an explanation") {
  const std::string page = explain_page(explained());
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
  CHECK(contains(page, "0.120 % of the cells"));
  CHECK_FALSE(contains(page, "take more"));
}

TEST_CASE("a gap in the sum of attributions is a warning") {
  ExplainReport r = explained();
  r.gap = 0.02;
  CHECK(contains(explain_page(r), "take more --steps"));
}
