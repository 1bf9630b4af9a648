#pragma once
#include <string>

namespace unetsr::pipeline::report {

// One of the maps that a method makes: of which bands, and whether soundings corrected it.
struct MapVariant {
  std::string method;     // of a baseline its name: "linear-residual"
  bool denoised = false;  // of a baseline: made of the denoised bands
  bool corrected = false;

  // "linear-residual, denoised bands, corrected by soundings"
  std::string name() const;
  bool operator==(const MapVariant&) const = default;
};

}  // namespace unetsr::pipeline::report
