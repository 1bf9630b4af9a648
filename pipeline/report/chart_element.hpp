#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "pipeline/report/chart.hpp"
#include "pipeline/report/table.hpp"

// What all charts are on a page: a title, the description that assets/charts.js reads, and the numbers as a table.
namespace unetsr::pipeline::report {

// To five digits; null for what is not finite.
nlohmann::ordered_json chart_number(double);
nlohmann::ordered_json chart_axis(const Axis&);

struct ChartElement {
  std::string title, subtitle, style_class;
  nlohmann::ordered_json description;
  Html picture;   // that the chart is drawn over, or nothing
  Table numbers;  // without rows where a table would not help
};
Html chart_element(ChartElement);

}  // namespace unetsr::pipeline::report
