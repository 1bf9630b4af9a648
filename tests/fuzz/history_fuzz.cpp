// history.jsonl of a run.
#include "input.hpp"
#include "pipeline/train/history.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const auto path = fuzz::file_of(data, size, "history.jsonl");
  fuzz::refused_or_read([&] {
    const std::vector<pipeline::Epoch> epochs = pipeline::read_history(path);
    for (size_t i = 0; i < epochs.size(); ++i) fuzz::require(epochs[i].epoch == int(i) + 1, "epochs out of order");
    if (epochs.empty()) return;
    // Going on after its last epoch writes the same lines anew.
    const auto copy = fuzz::file_of(data, size, "again.jsonl");
    pipeline::History(copy, int(epochs.size()));
    const std::string once = fuzz::contents_of(copy);
    pipeline::History(copy, int(epochs.size()));
    fuzz::require(fuzz::contents_of(copy) == once, "a history that comes back otherwise");
  });
  return 0;
}
