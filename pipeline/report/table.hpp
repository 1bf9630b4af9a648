#pragma once
#include <span>
#include <string>
#include <vector>

#include "pipeline/report/markup.hpp"

namespace unetsr::pipeline::report {

struct Column {
  std::string heading;
  bool number = true;
};
struct Table {
  std::string caption;  // prose
  bool leaky = false;
  std::vector<Column> columns;
  struct Row {
    std::vector<Html> cells;
    std::string style_class = {};
  };
  std::vector<Row> rows;
  bool sortable = false;  // by a click on a heading
};
Html table(const Table&);
// Mean and spread, aligned with the cells above and below.
Html score_cell(std::span<const double> values, int decimals);
Html score_cell(double value, int decimals);

}  // namespace unetsr::pipeline::report
