// footprints.json of a run.
#include "input.hpp"
#include "pipeline/maps/footprints_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const auto path = fuzz::file_of(data, size, "footprints.json");
  fuzz::refused_or_read([&] {
    const auto read = pipeline::read_footprints(path);
    fuzz::require(!read.width || *read.width > 0, "a response without a width");
    for (const data::OrbitDisplacement& orbit : read.orbits)
      fuzz::require(
          read.at(orbit.first).east == read.orbits[size_t(data::orbit_at(read.orbits, orbit.first))].displacement.east,
          "an orbit that is not found by its time");
    const auto again = fuzz::folder() / "again.json";
    pipeline::write_footprints(again, read);
    const auto same = pipeline::read_footprints(again);
    fuzz::require(same.width == read.width && same.orbits.size() == read.orbits.size() &&
                      same.mean_displacement() == read.mean_displacement(),
                  "an estimate that comes back otherwise");
  });
  return 0;
}
