// Checkpoints.
#include "input.hpp"
#include "nn/checkpoint.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const auto path = fuzz::file_of(data, size, "last.h5");
  fuzz::refused_or_read([&] {
    const nn::Checkpoint c = nn::Checkpoint::load(path);
    fuzz::require(c.m.size() == c.parameters.size() && c.v.size() == c.parameters.size(), "uneven moments");
    const auto copy = fuzz::folder() / "again.h5";
    c.save(copy);
    const nn::Checkpoint again = nn::Checkpoint::load(copy);
    fuzz::require(again.model == c.model && again.metadata == c.metadata && again.step == c.step &&
                      again.parameters == c.parameters && again.m == c.m && again.v == c.v,
                  "a checkpoint that comes back otherwise");
  });
  return 0;
}
