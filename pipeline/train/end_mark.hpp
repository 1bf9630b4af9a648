#pragma once
#include <string>

#include "pipeline/train/run_files.hpp"
#include "pipeline/train/train_options.hpp"

// The end of a run: finished.json, written after everything else, with the SHA-256 of every file of the run and the
// identity of its dataset. A run without it has not ended; one whose files differ from it was changed after the
// training.
namespace unetsr::pipeline {

struct EndMark {
  std::string dataset;  // identity (data/dataset/identity.hpp) of the one that was trained on
};

void write_end_mark(const RunFiles&, int members, const EndMark&);

bool has_ended(const RunFiles&);

// Throws Error: a run that has not ended, with how far it came and how to finish it; a file that is missing or was
// changed.
EndMark read_end_mark(const RunFiles&, const ResolvedOptions&);

}  // namespace unetsr::pipeline
