// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/server_state.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/base/byte_reader.h"

namespace quorate::learning {

namespace {

using study::AggregationRule;

static_assert(std::endian::native == std::endian::little, "values are copied as they lie in memory");

constexpr const char* kMagic = "QSS1";

bool hasSecondMoment(AggregationRule rule)
{
    return rule == AggregationRule::FedAdam || rule == AggregationRule::FedYogi || rule == AggregationRule::FedAdagrad;
}

void append(ByteWriter& writer, const std::vector<float>& values)
{
    writer.u64be(values.size()).raw(BytesView(reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(float)));
}

Result<void> readInto(ByteReader& reader, std::vector<float>& values, const char* what)
{
    TRY_ASSIGN(count, reader.u64be(what));
    if (count != values.size()) {
        return fail(ErrorKind::Malformed, std::string("server state: ") + what + " has " + std::to_string(count) + " values, want " +
                                              std::to_string(values.size()));
    }
    TRY_ASSIGN(bytes, reader.take(values.size() * sizeof(float), what));
    if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); })) {
        return fail(ErrorKind::Malformed, std::string("server state: ") + what + " has a value that is not finite");
    }
    return {};
}

}  // namespace

ServerState initialState(AggregationRule rule, std::uint64_t values)
{
    ServerState state;
    const auto size = static_cast<std::size_t>(values);
    if (hasSecondMoment(rule)) state.secondMoment.resize(size);
    if (hasSecondMoment(rule) || rule == AggregationRule::FedAvgM) state.momentum.resize(size);
    if (rule == AggregationRule::Scaffold) state.control.resize(size);
    return state;
}

bool isStateOf(const ServerState& state, AggregationRule rule, std::uint64_t values)
{
    const bool isAdaptive = hasSecondMoment(rule);
    return state.secondMoment.size() == (isAdaptive ? values : 0) &&
           state.momentum.size() == (isAdaptive || rule == AggregationRule::FedAvgM ? values : 0) &&
           state.control.size() == (rule == AggregationRule::Scaffold ? values : 0);
}

Bytes encodeServerState(const ServerState& state)
{
    ByteWriter writer;
    writer.text(kMagic).u64be(state.rounds);
    append(writer, state.momentum);
    append(writer, state.secondMoment);
    append(writer, state.control);
    return writer.take();
}

Result<ServerState> decodeServerState(BytesView bytes, AggregationRule rule, std::uint64_t values)
{
    ByteReader reader(bytes, "server state");
    TRY_ASSIGN(magic, reader.take(4, "magic"));
    if (asText(magic) != kMagic) return fail(ErrorKind::Malformed, "server state: does not begin with QSS1");
    TRY_ASSIGN(rounds, reader.u64be("rounds"));
    ServerState state = initialState(rule, values);
    state.rounds = rounds;
    TRY(readInto(reader, state.momentum, "momentum"));
    TRY(readInto(reader, state.secondMoment, "second moment"));
    TRY(readInto(reader, state.control, "control variate"));
    TRY(reader.end());
    return state;
}

}  // namespace quorate::learning
