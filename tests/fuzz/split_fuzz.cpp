// split.json of a run.
#include "input.hpp"
#include "pipeline/train/split_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const std::filesystem::path file = fuzz::file_of(data, size, "split.json");
  fuzz::refused_or_read([&] { pipeline::split_dataset(file); });
  fuzz::refused_or_read([&] {
    const pipeline::SplitPlaces places = pipeline::read_split(file);
    fuzz::require(!places.split.roles.empty(), "a split without cells");
    pipeline::write_split(file, places);
    const pipeline::SplitPlaces again = pipeline::read_split(file);
    fuzz::require(again.split.roles == places.split.roles && again.grid == places.grid &&
                      again.windows == places.windows && again.dataset == places.dataset,
                  "a split that comes back otherwise");
  });
  return 0;
}
