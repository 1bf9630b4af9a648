// The scaling in a checkpoint's metadata.
#include <nlohmann/json.hpp>

#include "data/dataset/json_text.hpp"
#include "data/features/scaling.hpp"
#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  fuzz::refused_or_read([&] {
    const data::Scaling scaling = data::scaling_from_json(data::parse_json(fuzz::text_of(data, size), "input"));
    fuzz::require(scaling.offset.size() == scaling.spread.size() && !scaling.names.empty(), "uneven scaling");
    for (const double spread : scaling.spread) fuzz::require(spread > 0, "a spread of nothing");
    const data::Scaling again = data::scaling_from_json(data::parse_json(data::to_json(scaling).dump(), "again"));
    fuzz::require(again.kind == scaling.kind && again.per_window == scaling.per_window &&
                      again.names == scaling.names && again.offset == scaling.offset && again.spread == scaling.spread,
                  "a scaling that comes back otherwise");
  });
  return 0;
}
