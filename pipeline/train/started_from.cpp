#include "pipeline/train/started_from.hpp"

#include <fmt/format.h>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "pipeline/console/toml_file.hpp"

namespace unetsr::pipeline {
namespace {

template <class T>
void take_over(const char* option, const T& of_run, std::optional<T>& asked, const FinishedRun& run) {
  if (asked && *asked != of_run)
    throw UsageError(fmt::format("--{} {}: --from {} has {}, which its weights belong with; omit --{}", option,
                                 excerpt(toml_value(*asked)), run.directory.string(), excerpt(toml_value(of_run)),
                                 option));
  asked = of_run;
}

}  // namespace

TrainOptions started_from(const FinishedRun& run, TrainOptions asked) {
  if (asked.protocol == Protocol::paper)
    throw UsageError("--from is for the honest protocol; omit it, or --protocol paper");
  take_over("model", run.options.model, asked.model, run);
  take_over("members", run.options.members, asked.members, run);
  take_over("supervision", run.options.supervision, asked.supervision, run);
  take_over("features", run.options.features, asked.features, run);
  take_over("first-guess", run.options.first_guess, asked.first_guess, run);
  return asked;
}

}  // namespace unetsr::pipeline
