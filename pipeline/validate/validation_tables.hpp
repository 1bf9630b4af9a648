#pragma once
#include <string>

#include "pipeline/console/output.hpp"
#include "pipeline/report/validate_report.hpp"

// The scores of `validate` as files and on the terminal.
namespace unetsr::pipeline {

std::string validation_json(const report::ValidateReport&);
std::string validation_csv(const report::ValidateReport&);  // a row for each map
void print_validation(const report::ValidateReport&, const Output&);

}  // namespace unetsr::pipeline
