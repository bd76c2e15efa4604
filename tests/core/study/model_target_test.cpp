// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/model_target.h"

#include <doctest/doctest.h>

#include "tests/core/study/sample_protocol.h"

using namespace quorate;
using namespace quorate::study;
using schema::TargetKind;

TEST_CASE("each regression predicts one kind of target, and a network any")
{
    const auto predicted = [](ModelKind kind, std::uint32_t outputs, TargetKind target) {
        return checkTarget({kind, 5, outputs}, target, target == TargetKind::Class ? 3 : 0).has_value();
    };
    const TargetKind kinds[] = {TargetKind::Binary, TargetKind::Decimal, TargetKind::Class, TargetKind::TimeToEvent};
    const ModelKind linear[] = {ModelKind::LogisticRegression, ModelKind::LinearRegression, ModelKind::SoftmaxRegression, ModelKind::CoxRegression};
    for (std::size_t model = 0; model < 4; ++model) {
        for (std::size_t target = 0; target < 4; ++target) {
            CHECK(predicted(linear[model], kinds[target] == TargetKind::Class ? 3 : 1, kinds[target]) == (model == target));
            CHECK(predicted(ModelKind::MultilayerPerceptron, kinds[target] == TargetKind::Class ? 3 : 1, kinds[target]));
        }
    }
    CHECK_FALSE(predicted(ModelKind::SoftmaxRegression, 4, TargetKind::Class));
    CHECK_FALSE(predicted(ModelKind::Lstm, 2, TargetKind::Binary));
}

TEST_CASE("a protocol carries its target's kind, and a model that does not fit it is a violation")
{
    StudyProtocol protocol = tests::sampleProtocol();
    const std::size_t before = violations(protocol).size();
    protocol.dictionary.targetKind = TargetKind::Decimal;
    CHECK(decodeProtocol(encode(protocol)).value() == protocol);
    CHECK(violations(protocol).size() == before + 1);
    protocol.model.kind = ModelKind::LinearRegression;
    CHECK(violations(protocol).size() == before);
    protocol.dictionary.eventVariable = protocol.dictionary.target;
    CHECK(decodeProtocol(encode(protocol)).value().dictionary.eventVariable == protocol.dictionary.target);
    protocol.model.kind = ModelKind::TorchScript;
    CHECK(violations(protocol).size() > before);
}

TEST_CASE("privacy for records is refused where one record could tell through another")
{
    StudyProtocol protocol = tests::sampleProtocol();
    protocol.plan.privacy = {PrivacyKind::RecordLevel, 100, 1e-5, 2, 1, 0.01, false, .5, .2, 0};
    const std::vector<std::string> plain = violations(protocol);
    CHECK(plain.empty());
    StudyProtocol changed = protocol;
    changed.model.kind = ModelKind::TorchScript;
    changed.model.scriptDigest.bytes[0] = 1;
    CHECK(violations(changed) == std::vector<std::string>{"record-level privacy wants a built-in model, not a TorchScript file"});
    changed.plan.privacy = {};
    CHECK(violations(changed).empty());
    for (auto& variable : protocol.dictionary.variables) {
        if (variable.name == "age") variable.maximum.reset();
    }
    CHECK(violations(protocol) == std::vector<std::string>{"record-level privacy scales inputs by their ranges, and age has none"});
}
