#include "pipeline/train/run_audit.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "data/dataset/json_text.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

std::optional<data::TwinWindows> twins_of(std::span<const float> sif, const data::Split& split) {
  if (split.windows < 2) return std::nullopt;
  return data::most_alike(sif, split.windows, split.mask(data::Role::train), split.mask(data::Role::test));
}

// The soundings that a training on gridded ones and its test have in common.
int64_t shared_soundings(const data::UsedCells& used, const data::Split& split, const data::Dataset& dataset,
                         int factor) {
  const data::SoundingCells soundings(dataset);
  const data::Mask sif = sif_used(used, {split.windows, split.rows, split.columns, 1});
  std::vector<uint8_t> trained = data::touching(soundings, sif, factor, split.rows);
  data::add_copies(soundings, trained);
  return data::common(trained, data::touching(soundings, split.mask(data::Role::test), factor, split.rows));
}

std::string in_words(const data::LinearFit& fit) {
  const std::string cells = fit.neighbourhood == 1 ? std::string("one cell")
                                                   : fmt::format("{} x {} cells", fit.neighbourhood, fit.neighbourhood);
  return fmt::format("{} of {}", fit.input == "all" ? "all inputs" : fit.input, cells);
}

// The buffer, which of its reasons decided, and what a narrower one means for the scores.
void print_buffer(const Separation& s, int buffer, const Output& output) {
  output.line(fmt::format("buffer: {} cells, {}", buffer, s.in_words(buffer)));
  if (buffer < s.errors)
    output.line(
        fmt::format("buffer: errors are correlated over {} cells, so that scores near the edges of the test cells are "
                    "not independent of the training; a larger region or fewer test cells leave room for a wider one",
                    s.errors));
}

Json to_json(const data::LinearFit& fit) {
  Json json = {{"input", fit.input}, {"neighbourhood", fit.neighbourhood}};
  json["window"] = fit.window < 0 ? Json("all") : Json(fit.window);
  json["r2"] = fit.r2;
  return json;
}

}  // namespace

RunAudit audit_of(const HonestProtocol& protocol, const ResolvedOptions& o, const HeldOutBasis& held_out,
                  const data::Dataset& dataset, const data::Dataset& training_grid) {
  RunAudit audit;
  audit.separation = held_out.separation;
  audit.lengths = held_out.lengths;
  const data::UsedCells used = protocol.used_cells(audit.separation->network, audit.separation->coarse);
  audit.overlap = data::overlap(protocol.split(), used);
  // A known truth is not made of soundings.
  if (o.supervision != Supervision::truth && dataset.soundings.size() > 0)
    audit.overlap.soundings = shared_soundings(used, protocol.split(), dataset,
                                               holds_out_coarse_cells(o.supervision) ? dataset.coarse_factor : 1);
  audit.fits = protocol.linear_fits();
  audit.twins = twins_of(training_grid.values(data::target_layer), protocol.split());
  return audit;
}

RunAudit audit_of(FootprintProtocol& protocol, const HeldOutBasis& held_out, const data::Dataset& dataset) {
  RunAudit audit;
  audit.separation = held_out.separation;
  audit.lengths = held_out.lengths;
  const data::UsedCells used = protocol.used_cells(0, audit.separation->network, audit.separation->coarse);
  audit.overlap = data::overlap(protocol.split(), used);
  audit.overlap.soundings = protocol.shared_soundings(used);
  audit.fits = protocol.linear_fits(dataset);
  audit.twins = twins_of(dataset.coarse().values(data::coarse_layer), protocol.split());
  return audit;
}

RunAudit audit_of(const PaperProtocol& protocol, const data::Dataset& dataset) {
  RunAudit audit;
  audit.overlap.cells =
      data::shared_cells(dataset.shape(), protocol.patch(), protocol.split().train, protocol.split().test);
  audit.fits =
      data::linear_fits(protocol.inputs().view(), protocol.inputs().names, dataset.values(data::target_layer), {});
  return audit;
}

void refuse_leaky_run(const RunAudit& audit, const ResolvedOptions& o, const std::vector<std::string>& windows) {
  const data::Overlap& shared = audit.overlap;
  if (shared.cells > 0 || shared.soundings > 0)
    throw UsageError(
        fmt::format("--buffer {}: training and test share the SIF of {} cells and {} soundings, so that a score would "
                    "mean nothing; {}, or ask for --protocol paper",
                    o.buffer, shared.cells, shared.soundings,
                    o.buffer < audit.separation->sif ? fmt::format("take {} cells or more", audit.separation->sif)
                                                     : "take more cells"));
  const data::LinearFit *one = data::closest(audit.fits, false), *all = data::closest(audit.fits, true);
  for (const data::LinearFit* fit : {one, all})
    if (fit && fit->r2 > data::leaky_r2)
      throw UsageError(fmt::format(
          "--features: least squares on {} reproduces the target (R2 {:.6f}{}), so that a score would mean nothing; "
          "omit what was made from the target, or ask for --protocol paper",
          in_words(*fit), fit->r2, fit->window < 0 ? "" : ", window " + windows[size_t(fit->window)]));
  if (audit.twins && audit.twins->share > data::twin_share)
    throw UsageError(fmt::format(
        "--test {}: window {} tests what window {} trains: their SIF is the same in {} cells ({:.0f} %); prepare the "
        "dataset without one of them",
        o.test, windows[size_t(audit.twins->test)], windows[size_t(audit.twins->train)], audit.twins->cells,
        100 * audit.twins->share));
}

void print_audit(const RunAudit& audit, const ResolvedOptions& o, const Output& output) {
  if (o.protocol == Protocol::paper)
    output.warning(
        fmt::format("leaky: {} cells lie both in patches that train and in patches that test", audit.overlap.cells));
  else {
    if (o.test.starts_with("blocks:") && audit.lengths)
      output.line(
          fmt::format("test cells: --test {}; correlation length of the SIF {:.1f} cells, of a linear regression's "
                      "residual {:.1f} cells",
                      o.test, audit.lengths->sif, audit.lengths->errors));
    print_buffer(*audit.separation, o.buffer, output);
    output.line(fmt::format("leak check: training and test share the SIF of {} cells and {} soundings",
                            audit.overlap.cells, audit.overlap.soundings));
    output.line(fmt::format("leak check: maps of test cells use inputs of {} training cells", audit.overlap.inputs));
  }
  const data::LinearFit *one = data::closest(audit.fits, false), *all = data::closest(audit.fits, true);
  if (one && all)
    output.line(
        fmt::format("leak check: a linear regression of the target has R2 {:.3f} on all inputs of a cell, "
                    "{:.3f} on {}; {} and more is refused",
                    all->r2, one->r2, in_words(*one), data::leaky_r2));
}

void write_audit(const std::filesystem::path& file, const RunAudit& audit, const ResolvedOptions& o) {
  Json json;
  json["software"] = "unetsr " + version();
  json["leaky"] = o.protocol == Protocol::paper;
  json["shared"] = {{"cells", audit.overlap.cells}, {"soundings", audit.overlap.soundings}};
  if (audit.separation) {
    json["training_inputs_of_test_maps"] = audit.overlap.inputs;
    json["buffer"] = o.buffer;
    const Separation& s = *audit.separation;
    json["separation"] = {{"coarse_cell", s.coarse},
                          {"sif", s.sif},
                          {"footprint", s.footprint},
                          {"network", s.network},
                          {"errors", s.errors}};
  }
  if (audit.lengths) json["correlation_lengths"] = {{"sif", audit.lengths->sif}, {"errors", audit.lengths->errors}};
  if (audit.twins) json["same_sif_in_two_windows"] = audit.twins->cells;
  json["least_squares"] = Json::array();
  for (const data::LinearFit& fit : audit.fits) json["least_squares"].push_back(to_json(fit));
  write_text_atomically(file, json.dump(1) + "\n");
}

namespace {

WrittenAudit audit_from(const nlohmann::json& json) {
  const auto count = [](const nlohmann::json& object, const char* key) {
    return data::whole_number(object, key, 0, std::numeric_limits<int64_t>::max());
  };
  const nlohmann::json& shared = json.at("shared");
  WrittenAudit audit{{count(shared, "cells"), count(shared, "soundings"), 0}, std::nullopt};
  if (json.contains("training_inputs_of_test_maps")) audit.overlap.inputs = count(json, "training_inputs_of_test_maps");
  if (json.contains("correlation_lengths")) {
    const nlohmann::json& lengths = json["correlation_lengths"];
    audit.lengths = CorrelationLengths{data::number(lengths, "sif"), data::number(lengths, "errors")};
  }
  return audit;
}

}  // namespace

std::optional<WrittenAudit> read_audit(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  std::ifstream in(file);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  try {
    return audit_from(data::parse_json(text, file.string()));
  } catch (const std::exception& e) {
    throw Error(file.string() + ": not the audit that train wrote (" + e.what() + "); train anew");
  }
}

}  // namespace unetsr::pipeline
