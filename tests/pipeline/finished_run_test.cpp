#include "pipeline/train/finished_run.hpp"

#include <doctest/doctest.h>

using namespace unetsr::pipeline;

TEST_CASE("Runs are called by the last part of their directory, and by more where several have the same") {
  using Names = std::vector<std::string>;
  CHECK(names_of_runs({"runs/first", "runs/second/"}) == Names{"first", "second"});
  CHECK(names_of_runs({"cv/unet/fold-0", "cv/sifnet/fold-0", "cv/sifnet/fold-1"}) ==
        Names{"unet/fold-0", "sifnet/fold-0", "fold-1"});
  CHECK(names_of_runs({"a/x/fold-0", "b/x/fold-0", "b/y/fold-0"}) == Names{"a/x/fold-0", "b/x/fold-0", "y/fold-0"});
  const Names twice = names_of_runs({"/a/b", "/a/b"});
  CHECK(twice[0] == twice[1]);
}
