#include "nn/model_spec.hpp"

#include <doctest/doctest.h>

#include "nn/network.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::nn;

TEST_CASE(
    "the presets are the three U-Nets on record, a pointwise one, variations, the two SIFnets and the paper's CNN") {
  CHECK(preset_names() == std::vector<std::string>{"unet", "unet-table1", "unet-text", "unet-pointwise",
                                                   "unet-attention", "unet-residual", "unet-dense", "unet-temporal",
                                                   "sifnet", "sifnet-small", "paper-cnn"});
  const ModelSpec unet = model_spec("unet", 6);
  CHECK(unet.family == Family::unet);
  CHECK(unet.inputs == 6);
  CHECK(unet.widths == std::vector<int>{16, 32, 64, 128});
  CHECK(unet.bottleneck == 256);
  CHECK(unet.convs == 2);
  CHECK(unet.kernel == 3);
  CHECK(model_spec("unet-table1", 6).widths == std::vector<int>{16, 64, 128, 256});
  CHECK(model_spec("unet-table1", 6).bottleneck == 512);
  CHECK(model_spec("unet-text", 6).widths == std::vector<int>{16, 32, 64, 128, 256});
  CHECK(model_spec("unet-text", 6).bottleneck == 512);
  CHECK(model_spec("paper-cnn", 4).patch == 40);
}

TEST_CASE("a preset can be changed") {
  const ModelSpec spec =
      model_spec("unet:widths=32-64-128,bottleneck=96,kernel=5,upsampling=bilinear,convs=3,output=softplus", 4);
  CHECK(spec.widths == std::vector<int>{32, 64, 128});
  CHECK(spec.bottleneck == 96);
  CHECK(spec.kernel == 5);
  CHECK(spec.convs == 3);
  CHECK(spec.upsampling == Upsampling::bilinear);
  CHECK(spec.output == kernels::Activation::softplus);
  CHECK(spec.inputs == 4);
}

TEST_CASE("the variations of a U-Net: presets, keys, and what each takes of the others") {
  const ModelSpec plain = model_spec("unet", 6);
  CHECK(plain.blocks == Blocks::plain);
  CHECK_FALSE(plain.gates);
  CHECK_FALSE(plain.season);
  CHECK(model_spec("unet-attention", 6) == model_spec("unet:gates=yes", 6));
  CHECK(model_spec("unet-residual", 6) == model_spec("unet:blocks=residual", 6));
  CHECK(model_spec("unet-dense", 6) == model_spec("unet:blocks=dense", 6));
  CHECK(model_spec("unet-temporal", 6) == model_spec("unet:season=yes", 6));
  CHECK(model_spec("unet-attention:gates=no", 6) == plain);
  const ModelSpec all = model_spec("unet-pointwise:blocks=dense,gates=yes,season=yes", 6);
  CHECK(all.blocks == Blocks::dense);
  CHECK(all.gates);
  CHECK(all.season);
  CHECK(all.kernel == 1);
}

TEST_CASE("what is printed is read back") {
  for (const char* text : {"unet", "unet-attention", "unet-residual", "unet-dense", "unet-temporal",
                           "unet-pointwise:blocks=dense,gates=yes,season=yes", "unet-table1",
                           "unet-text:convs=1,output=sigmoid,upsampling=bilinear,kernel=1", "sifnet", "sifnet-small",
                           "paper-cnn:patch=24"}) {
    const ModelSpec spec = model_spec(text, 7);
    CHECK(model_spec(to_string(spec), 1) == spec);
  }
  CHECK(to_string(model_spec("unet", 6)) ==
        "unet:inputs=6,widths=16-32-64-128,bottleneck=256,convs=2,kernel=3,upsampling=transposed,output=none");
  CHECK(test::contains(to_string(model_spec("unet-dense:gates=yes", 6)), ",output=none,blocks=dense,gates=yes"));
}

TEST_CASE("parameters are counted without building the network, and too many are refused") {
  for (const char* text :
       {"unet", "unet-table1", "unet:upsampling=bilinear,convs=3,kernel=5", "unet-pointwise",
        "unet-attention:widths=3-5", "unet-residual:convs=1", "unet-residual:widths=7-7,bottleneck=7",
        "unet-dense:widths=5-9,convs=3", "unet-temporal", "unet-pointwise:blocks=dense,gates=yes,season=yes", "sifnet",
        "sifnet-small", "paper-cnn", "paper-cnn:patch=20"}) {
    const ModelSpec spec = model_spec(text, 7);
    CHECK_MESSAGE(parameter_count(spec) == double(make_network<float>(spec)->parameters().size()), text);
  }
  CHECK_THROWS_NAMING(UsageError, model_spec("unet:widths=65536,bottleneck=65536", 4), "parameters", "1e9");
  CHECK_THROWS_NAMING(UsageError, model_spec("paper-cnn:patch=65536", 4), "parameters", "1e9");
  CHECK_THROWS_NAMING(UsageError, model_spec("unet:convs=65536", 4), "convs=65536", "64");
  CHECK_THROWS_NAMING(UsageError, model_spec("unet:kernel=65535", 4), "kernel=65535", "99");
  CHECK_THROWS_NAMING(UsageError, model_spec("unet:widths=999999999", 4), "widths=999999999");
}

TEST_CASE("what cannot be understood is named, with what can") {
  CHECK_THROWS_NAMING(UsageError, model_spec("resnet", 4), "resnet",
                      "unet, unet-table1, unet-text, unet-pointwise, unet-attention", "paper-cnn");
  CHECK_THROWS_NAMING(UsageError, model_spec("unet:depth=3", 4), "depth", "widths", "bottleneck");
  CHECK_THROWS_NAMING(UsageError, model_spec("unet:kernel=4", 4), "kernel=4", "odd");
  CHECK_THROWS_NAMING(UsageError, model_spec("unet:kernel=x", 4), "kernel=x");
  CHECK_THROWS_NAMING(UsageError, model_spec("unet:bottleneck=-8", 4), "bottleneck=-8");
  CHECK_THROWS_NAMING(UsageError, model_spec("unet:widths=16--32", 4), "widths");
  CHECK_THROWS_NAMING(UsageError, model_spec("unet:widths=", 4), "widths");
  CHECK_THROWS_NAMING(UsageError, model_spec("unet:widths", 4), "widths", "key=value");
  CHECK_THROWS_NAMING(UsageError, model_spec("unet:upsampling=nearest", 4), "nearest", "bilinear, transposed");
  CHECK_THROWS_NAMING(UsageError, model_spec("unet:output=tanh", 4), "tanh", "softplus");
  CHECK_THROWS_NAMING(UsageError, model_spec("unet:blocks=inception", 4), "inception", "dense, plain, residual");
  CHECK_THROWS_NAMING(UsageError, model_spec("unet:gates=2", 4), "gates=2", "no, yes");
  CHECK_THROWS_NAMING(UsageError, model_spec("sifnet:season=yes", 4), "season");
  CHECK_THROWS_NAMING(UsageError, model_spec("sifnet:widths=3", 4), "widths");
  CHECK_THROWS_NAMING(UsageError, model_spec("paper-cnn:patch=7", 4), "patch=7");
}
