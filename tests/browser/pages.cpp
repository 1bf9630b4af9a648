#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "../pipeline/report_data.hpp"
#include "pipeline/report/explain_report.hpp"

// Writes one page of each kind into the folder that is the argument, of made-up results.
using namespace unetsr;
namespace report = pipeline::report;

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "Usage: browser_pages FOLDER\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const auto write = [&](const char* name, const std::string& page) { std::ofstream(folder / name) << page; };
  write("evaluate-nothing.html", report::evaluate_page({}));
  write("evaluate-many.html", report::evaluate_page(test::evaluation_of_many()));
  report::EvaluateReport soundings = test::full_evaluation();
  soundings.scored_against = report::ScoredAgainst::soundings;
  soundings.runs[0].measured = {1, 2, 3}, soundings.runs[0].remeasured = {1.5f, 2.5f, 2.5f};
  for (float& value : soundings.runs[1].map) value += 0.1f;
  write("evaluate-soundings.html", report::evaluate_page(soundings));
  write("explain.html", report::explain_page(test::explained()));
  write("ablate.html", report::ablate_page(test::ablation()));
  write("reproduce.html", report::reproduce_page(test::full_reproduction()));
  write("reproduce-nothing.html", report::reproduce_page({}));
}
