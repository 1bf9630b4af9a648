#pragma once
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "pipeline/report/markup.hpp"

// Tables of a page. assets/tables.js sorts them by a click on a heading, and marks those that are wider than the page.
namespace unetsr::pipeline::report {

// Which values of a column are better: these are the first when one sorts by it.
enum class Better { high, low, near_0, near_1 };

struct Column {
  std::string heading;
  bool number = true;
  Better better = Better::high;  // of numbers; words are sorted from A
};

struct Cell {
  Html html;
  double value =
      std::numeric_limits<double>::quiet_NaN();  // to sort by; otherwise the number that the text begins with

  Cell(Html text) : html(std::move(text)) {}
  Cell(Html text, double sorted_by) : html(std::move(text)), value(sorted_by) {}
};

struct Table {
  std::string caption;  // prose
  bool leaky = false;
  std::vector<Column> columns;
  struct Row {
    std::vector<Cell> cells;  // the first is the row's heading
    std::string style_class = {};
  };
  std::vector<Row> rows;
  bool sortable = false;
};
// Throws Error for a row of another length than the columns.
Html table(const Table&);
// Mean and spread, aligned with the cells above and below.
Cell score_cell(std::span<const double> values, int decimals);
Cell score_cell(double value, int decimals);

}  // namespace unetsr::pipeline::report
