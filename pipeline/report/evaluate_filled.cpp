#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {

Html filled_section(const EvaluateReport& r) {
  Table t{"Test cells whose bands are missing, filled as `predict --fill` does, against the truth; RMSE and bias in " +
              std::string(sif_units) + ".",
          false,
          {{"Run", false},
           {"Filled by", false},
           {"RMSE", true, Better::low},
           {"Bias", true, Better::near_0},
           {"R²"},
           {"Cells"}},
          {},
          true};
  for (const EvaluatedRun& run : r.runs)
    for (const NamedMetrics& filled : run.filled) {
      const data::Metrics& m = filled.metrics;
      t.rows.push_back({{element("code", {}, escape(run.name)), escape(filled.name), escape(fixed(m.rmse, 3)),
                         escape(fixed(m.bias, 3)), escape(fixed(m.r2, 3)), escape(with_thousands(m.cells))},
                        filled.name == filling_network ? "" : "baseline"});
    }
  return t.rows.empty() ? Html() : table(t);
}

}  // namespace unetsr::pipeline::report
