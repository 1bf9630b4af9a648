#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/console/progress.hpp"
#include "pipeline/prepare/granule_inputs.hpp"
#include "pipeline/processes/turns.hpp"

namespace unetsr::pipeline {

// The files of soundings to read, in their order, of those given. Of a day that is there in two processings, and of an
// orbit, the newest counts: by the stamp in its name, else by its attribute date_created (or the like). What is
// omitted is printed. Where orbits stand beside days, the newest processing comes first, so that its soundings are the
// ones that count. Throws Error where two products hold the same day: they are two retrievals of the same soundings.
std::vector<std::filesystem::path> choose_sounding_files(const std::vector<std::filesystem::path>&, const Output&);

// Product and SIF of all files, printed; processes open files in turn. Throws Error where two files are of different
// products: their SIF differs by more than noise.
data::SoundingContents contents_of_soundings(const GranuleInputs&, Turns&, const Output&);

// One line for each file that is omitted, or, of more than three, the first and how many more.
void print_omitted(const std::vector<std::string>& lines, const Output&);

}  // namespace unetsr::pipeline
