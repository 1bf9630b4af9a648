// audit.json of a run.
#include "input.hpp"
#include "pipeline/train/run_audit.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const auto path = fuzz::file_of(data, size, "audit.json");
  fuzz::refused_or_read([&] {
    const auto audit = pipeline::read_audit(path);
    fuzz::require(audit.has_value(), "no audit in a file that is there");
    fuzz::require(audit->overlap.cells >= 0 && audit->overlap.soundings >= 0 && audit->overlap.inputs >= 0,
                  "a negative count");
  });
  return 0;
}
