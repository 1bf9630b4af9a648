// run.toml of a run.
#include "input.hpp"
#include "pipeline/train/run_config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const auto path = fuzz::file_of(data, size, "run.toml");
  fuzz::refused_or_read([&] {
    const pipeline::ResolvedOptions options = pipeline::read_run_config(path);
    fuzz::require(options.members >= 1 && options.members <= 1000 && options.epochs >= 1 && options.batch >= 1 &&
                      options.patch >= 8 && options.validation >= 0 && options.validation <= 0.5 &&
                      options.learning_rate > 0 && options.patience >= 0,
                  "a number out of its range");
    const std::string text = pipeline::to_toml(options);
    const auto again = fuzz::file_of(reinterpret_cast<const uint8_t*>(text.data()), text.size(), "again.toml");
    fuzz::require(pipeline::to_toml(pipeline::read_run_config(again)) == text, "options that come back otherwise");
  });
  return 0;
}
