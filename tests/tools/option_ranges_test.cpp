#include <doctest/doctest.h>

#include <iterator>
#include <sstream>

#include "program.hpp"

using namespace unetsr;

namespace {

// "a b" as {"a", "b"}
std::vector<std::string> words(const std::string& line) {
  std::istringstream in(line);
  return {std::istream_iterator<std::string>(in), {}};
}

}  // namespace

TEST_CASE("numbers out of an option's range are refused before any file is looked at") {
  const std::vector<std::pair<std::string, std::vector<std::string>>> commands = {
      {"train a.h5 b", {"--members 0",         "--members 2147483647", "--wald-factor 1",    "--wald-factor 2147483647",
                        "--buffer 2147483647", "--validation nan",     "--validation 0.6",   "--epochs 0",
                        "--epochs 2147483647", "--batch 2147483647",   "--patch 2000000000", "--patch 7",
                        "--learning-rate inf", "--learning-rate nan",  "--learning-rate 0",  "--weight-decay -1",
                        "--weight-decay inf",  "--huber-delta 0",      "--patience -1",      "--threads -1",
                        "--threads 100000"}},
      {"crossvalidate a.h5 b", {"--folds 1", "--folds 2147483647", "--seeds 0", "--seeds 2147483647"}},
      {"ablate a.h5 b", {"--folds 1", "--folds 2147483647", "--epochs 0"}},
      {"predict a.h5 b c.tif", {"--block 0", "--block 2147483647", "--threads 2000"}},
      {"plot a.tif b.png", {"--width 199", "--width 10001"}},
      {"explain a.h5 b c", {"--draws 0", "--draws 2147483647", "--steps 0", "--steps 2147483647", "--block -1"}},
      {"simulate a", {"--windows 0", "--windows 2147483647", "--days 0", "--days 17", "--threads 2147483647"}},
      {"validate a.tif b.nc4 c",
       {"--hours 0", "--hours 13", "--hours nan", "--quality -1", "--quality 2", "--threads 2000"}},
      {"reproduce a b", {"--seeds 0", "--epochs 0", "--epochs 2147483647"}},
      {"prepare a.nc b.hdf c.h5",
       {"--resolution 0", "--resolution nan", "--resolution inf", "--coarse-factor 0", "--coarse-factor 2147483647",
        "--max-cloud-fraction nan", "--max-cloud-fraction -1", "--max-vza -1", "--max-sza inf", "--max-sif-error nan",
        "--max-sif-error 0", "--max-usefulness 16", "--max-usefulness -1"}},
      {"info unet", {"--channels 0", "--channels 2147483647", "--size 0", "--size 2147483647"}}};
  for (const auto& [command, options] : commands)
    for (const std::string& option : options) {
      CAPTURE(command);
      CAPTURE(option);
      test::check_fails(words(command + " " + option), 2, {option.substr(0, option.find(' ')), "take a number"});
    }
}

TEST_CASE("the same of a file of options, which is named") {
  const test::TemporaryDirectory directory;
  const std::string file = (directory / "options.toml").string();
  test::write_file(file, "members = 0\n");
  test::check_fails(words("train a.h5 b --config " + file), 2, {file + ": --members 0", "take a number"});
  test::write_file(file, "max-sza = nan\n");
  test::check_fails(words("prepare a.nc b.hdf c.h5 --config " + file), 2, {file + ": --max-sza nan"});
  // The command line wins.
  test::write_file(file, "members = 1\n");
  test::check_fails(words("train a.h5 b --members 0 --config " + file), 2, {"unetsr train: --members 0"});
}

TEST_CASE("networks and images beyond the memory are refused with figures") {
  test::check_fails(words("info unet:widths=65536,bottleneck=65536"), 2, {"parameters"});
  test::check_fails(words("info unet --size 65536 --channels 65536"), 2, {"GB of memory", "are available", "--size"});
}

TEST_CASE("test cells that no grid can have are refused") {
  for (const char* test : {"columns:99999999999/4", "blocks:2147483648:0/2", "window:-1", "columns:0/4x", "blocks:1:2"})
    test::check_fails({"train", "a.h5", "b", "--test", test}, 2, {"--test", test});
}
