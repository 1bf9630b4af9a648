#include "pipeline/reproduce/reproduce_metrics.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

double standard_deviation(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  double squares = 0;
  for (double v : values) squares += std::pow(v - mean(values), 2);
  return std::sqrt(squares / double(values.size() - 1));
}

Json arrays(const report::ScoreRow& row) {
  return {{"r2", row.r2}, {"mae", row.mae}, {"rmse", row.rmse}};
}

Json draws(const std::vector<report::ScoreRow>& rows) {
  Json json = Json::object();
  for (const auto& row : rows)
    json[row.name] = {{"draws", row.r2.size()}, {"r2", mean(row.r2)}, {"r2_sd", standard_deviation(row.r2)}};
  return json;
}

Json means(const std::vector<report::ScoreRow>& rows) {
  Json json = Json::object();
  for (const auto& row : rows) {
    Json& entry = json[row.name];
    for (const auto& [key, values] : {std::pair("r2", &row.r2), {"mae", &row.mae}, {"rmse", &row.rmse}}) {
      entry[key] = mean(*values);
      entry[std::string(key) + "_sd"] = standard_deviation(*values);
      entry[std::string(key) + "_seeds"] = *values;
    }
  }
  return json;
}

Json audit(const report::ProtocolAudit& a) {
  Json json;
  json["shared_pixel_fraction"] = mean(a.shared_pixel_fraction);
  json["shared_pixel_fraction_seeds"] = a.shared_pixel_fraction;
  Json windows = Json::object();
  for (const auto& fit : a.linear_fits)
    if (fit.pooled)
      json["linear_leak_r2"] = fit.r2;
    else
      windows[fit.cells] = fit.r2;
  json["linear_leak_r2_coarse_and_difference"] = windows;
  if (a.unet_without_difference) json["unet_without_difference"] = arrays(*a.unet_without_difference);
  return json;
}

}  // namespace

Json reproduce_metrics(const report::ReproduceReport& r) {
  Json json;
  json["software"] = "unetsr " + r.provenance.version;
  json["quick"] = r.quick;
  json["seeds"] = r.provenance.seeds;
  json["published"] = {{"unet", {{"r2", 0.9692}, {"mae", 0.0711}, {"rmse", 0.0956}}},
                       {"paper-cnn", {{"r2", 0.53}, {"mae", 0.285}, {"rmse", 0.3731}}}};
  Json& paper = json["paper"];
  paper["epochs"] = r.paper_epochs;
  paper["leaky"] = true;
  for (const auto& row : r.paper_scores) paper[row.name] = arrays(row);
  paper["draws_of_crops"] = draws(r.crop_draws);
  if (r.audit) json["audit"] = audit(*r.audit);
  if (r.honest) {
    Json& honest = json["honest"] = means(r.honest->columns);
    honest["cells"] = r.honest->scored_cells;
    honest["folds"] = r.honest->folds;
    honest["features"] = r.honest->features;
    if (r.honest->training_cells_near_test) honest["training_cells_near_test"] = *r.honest->training_cells_near_test;
    Json& windows = json["honest_windows"] = Json::array();
    for (const auto& transfer : r.honest->windows) {
      Json entry = {{"train", transfer.train}, {"test", transfer.test}};
      entry.update(means(transfer.rows));
      windows.push_back(entry);
    }
    Json& ceilings = json["noise_ceiling"] = Json::array();
    for (const auto& c : r.honest->ceilings) ceilings.push_back({{"cells", c.cells}, {"noise", c.noise}, {"r2", c.r2}});
  }
  Json& seconds = json["seconds"] = Json::object();
  for (const auto& stage : r.provenance.stages) seconds[stage.name] = stage.seconds;
  json["version"] = r.provenance.version;
  json["threads"] = r.provenance.threads;
  return json;
}

}  // namespace unetsr::pipeline
