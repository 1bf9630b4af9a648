#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/dataset/scratch_file.hpp"
#include "data/dataset/soundings.hpp"

namespace unetsr::pipeline {

// Soundings sorted into bins by way of a scratch file, in the order in which they came within each bin.
class SoundingBins {
 public:
  // At most `held` bytes of soundings are held in memory.
  SoundingBins(data::ScratchFile& scratch, int64_t bins, size_t held);
  ~SoundingBins();

  struct Binned {
    data::Soundings soundings;
    std::vector<data::Part> cells;  // that each footprint covers
    std::vector<uint8_t> first;     // 1 in the first of the bins that hold a sounding, else 0
  };

  // Sounding i of a list, in another bin; `first` as above.
  void add(int64_t bin, const data::Soundings&, size_t i, const data::Part& cells, bool first);
  // After the last of all.
  void finish();

  Binned read(int64_t bin) const;
  // How many soundings have their first bin here.
  int64_t first_in(int64_t bin) const { return firsts_[size_t(bin)]; }

 private:
  struct Record;
  struct Run {  // of the scratch file: sorted by bins
    int64_t place;
    std::vector<std::pair<int64_t, int64_t>> ends;  // of each bin with records: the bin, the records up to its end
  };
  void write_run();

  data::ScratchFile& scratch_;
  size_t most_;
  std::vector<Record> held_;
  std::vector<Run> runs_;
  std::vector<int64_t> firsts_;
};

}  // namespace unetsr::pipeline
