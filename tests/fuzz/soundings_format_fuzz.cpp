// Descriptions of a format of soundings.
#include "input.hpp"
#include "pipeline/prepare/soundings_format.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const auto path = fuzz::file_of(data, size, "format.toml");
  fuzz::refused_or_read([&] {
    const data::SoundingLayout layout = pipeline::read_soundings_format(path);
    fuzz::require(layout.sif.size() == 1 && !layout.product.empty() && !layout.time.empty(), "a format without names");
    for (const data::CodeScreen& screen : layout.screens)
      fuzz::require(!screen.variable.empty(), "a screen of no variable");
  });
  return 0;
}
