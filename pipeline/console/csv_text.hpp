#pragma once
#include <string>

namespace unetsr::pipeline {

// A name as a cell of a CSV file, in quotes. One that a spreadsheet would take for a formula (it begins with = + - @, a
// tab or a line's end) has an apostrophe before it.
std::string csv_text(const std::string& name);

// The same without quotes where there is nothing to quote: no comma, quote or line's end.
std::string csv_cell(const std::string& name);

}  // namespace unetsr::pipeline
