#include "pipeline/report/content.hpp"

#include <array>

namespace unetsr::pipeline::report {

std::string display_name(const std::string& name) {
  static const std::array<std::pair<const char*, const char*>, 22> known = {{
      {"unet", "U-Net"},
      {"unet-table1", "U-Net (paper's Table I)"},
      {"unet-text", "U-Net (paper's text)"},
      {"unet-pointwise", "U-Net, pointwise"},
      {"paper-cnn", "CNN (paper's “SIFnet”)"},
      {"sifnet", "SIFnet"},
      {"sifnet-small", "SIFnet, small"},
      {"coarse", "Coarse SIF unchanged"},
      {"linear", "Linear regression"},
      {"linear-5x5", "Linear regression, 5 × 5"},
      {"linear-7x7", "Linear regression, 7 × 7"},
      {"linear_5x5", "Linear regression, 5 × 5"},
      {"bilinear", "Bilinear"},
      {"bicubic", "Bicubic"},
      {"nirv", "NIRv redistribution"},
      {"evi", "EVI redistribution"},
      {"linear-residual", "Linear regression + residual (TsHARP)"},
      {"gwr-residual", "Geographically weighted regression + residual"},
      {"trees-residual", "Regression trees + residual"},
      {"atprk", "Linear regression + kriged residual (ATPRK)"},
      {"footprint-regression", "Linear regression on footprints"},
      {"first-guess", "NIRv times a factor (the default first guess)"},
  }};
  for (const auto& [key, text] : known)
    if (name == key) return text;
  return name;
}

}  // namespace unetsr::pipeline::report
