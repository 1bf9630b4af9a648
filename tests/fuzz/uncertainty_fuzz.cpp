// uncertainty.json of a run.
#include "input.hpp"
#include "pipeline/maps/uncertainty.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const auto path = fuzz::file_of(data, size, "uncertainty.json");
  fuzz::refused_or_read([&] {
    const auto read = pipeline::read_uncertainty(path);
    fuzz::require(read.has_value(), "no standard deviation in a file that is there");
    for (const double sif : {-1.0, 0.0, 1.0})
      fuzz::require(read->sigma(sif, 0.5) >= 0, "a negative standard deviation");
    const auto again = fuzz::folder() / "again.json";
    pipeline::write_uncertainty(again, *read);
    const auto same = pipeline::read_uncertainty(again);
    fuzz::require(same->uncorrected.constant == read->uncorrected.constant &&
                      same->corrected.relative == read->corrected.relative &&
                      same->corrected.length == read->corrected.length &&
                      same->typical_error_left == read->typical_error_left,
                  "a standard deviation that comes back otherwise");
  });
  return 0;
}
