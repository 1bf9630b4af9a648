// split.json of a run, which `info` describes.
#include "input.hpp"
#include "pipeline/info/info.hpp"
#include "pipeline/train/run_config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  static const std::string configuration = [] {
    pipeline::ResolvedOptions o;
    o.model = "unet", o.members = 1, o.supervision = pipeline::Supervision::gridded;
    o.buffer = o.epochs = o.batch = 1, o.patch = 8, o.learning_rate = 1e-3;
    return pipeline::to_toml(o);
  }();
  fuzz::file_of(reinterpret_cast<const uint8_t*>(configuration.data()), configuration.size(), "run.toml");
  fuzz::file_of(data, size, "split.json");
  fuzz::refused_or_read([] {
    for (const bool json : {false, true})
      fuzz::require(!pipeline::info({.subject = fuzz::folder().string(), .json = json}).empty(), "no description");
  });
  return 0;
}
