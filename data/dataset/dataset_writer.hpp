#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/file_blocks.hpp"
#include "data/dataset/sounding_run.hpp"

namespace unetsr::data {

// How many soundings a dataset will hold, and which of the optional columns ("orbit").
struct SoundingTable {
  int64_t count = 0;
  std::vector<std::string> optional;
  static SoundingTable of(const Soundings&);
};

// Writes a dataset's file (data/dataset/dataset_file.hpp) part by part, in memory that does not grow with the dataset.
// Straight to `file`, replacing it: write to a temporary name where a truncated file would do harm. Equal contents make
// equal bytes where blocks come in the same order. Throws Error naming the file where it cannot be written, UsageError
// for a dataset without windows or a layer whose name a dataset's file uses otherwise.
class DatasetWriter {
 public:
  // `description`: all but values, soundings and provenance.
  DatasetWriter(const std::filesystem::path& file, const Dataset& description, const SoundingTable&);
  ~DatasetWriter();

  // The blocks of the fine grid in which the file is written.
  const FileBlocks& blocks() const;

  // One window of all layers with values, each by its name, over a block or several: `part` begins on a block and ends
  // on one or with the grid. Coarse layers are those of the part's coarse cells. Each block once.
  void write_block(int window, const Part& part, const std::vector<Layer>& layers,
                   const std::vector<Layer>& coarse_layers);

  // The next soundings; `cells` as in SoundingRun.
  void append(int window, const Part& cells, const Soundings&);

  // Once all is written. Throws Error where blocks or soundings are lacking, or did not reach the disk.
  void finish(const Provenance&);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace unetsr::data
