#pragma once
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/sif_quantity.hpp"

// Formats of soundings as tables of variables' names. A format joins by an entry here, or by a description of the
// user's own; a file is recognised by its variables, not by its name.
namespace unetsr::data {

// One of the SIFs that a product has.
struct SifColumns {
  SifQuantity quantity;
  std::string sif, error;
  std::string factor;  // a variable that turns the error into that of this SIF; empty: it is
};

// Soundings are used where the variable has one of the values or, without any, lies between least and most.
struct CodeScreen {
  std::string variable;
  std::vector<double> values = {};
  double least = 0, most = 0;
  bool passes(double value) const;
};

// Names are paths of variables among the groups of a NetCDF file, each with one value a sounding; corners with four, as
// the first or the last dimension. A number instead of a name stands for all soundings.
struct SoundingLayout {
  std::string product;
  std::vector<SifColumns> sif;
  std::string latitude, longitude, latitudes, longitudes, time;
  std::string sza, vza, cloud;
  std::string orbit = {}, pixel = {};    // empty: those of common names, where there are any
  std::string time_units = {};           // where the variable states none; empty: it has to
  std::string sif_units = {};            // likewise; empty: they are those of a dataset
  std::vector<double> missing = {};      // values beside those that the file declares
  std::vector<CodeScreen> screens = {};  // the product's own
};

// Which of its SIFs is wanted, as in SifQuantity.
struct SifChoice {
  SifKind kind = SifKind::instantaneous;
  int fit_window = 0;
};

// TROPOSIF, Caltech, OCO SIF Lite.
const std::vector<SoundingLayout>& sounding_layouts();

// Throws UsageError, beginning with `file`, that lists what the product has.
const SifColumns& columns_for(const SifChoice&, const SoundingLayout&, const std::string& file);

// What a text is where it is a number and no name.
std::optional<double> constant_of(const std::string& name);

}  // namespace unetsr::data
