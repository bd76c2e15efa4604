// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/script/script_operators.h"

#include <torch/csrc/jit/api/function_impl.h>
#include <torch/csrc/jit/ir/ir.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace quorate::learning {

namespace {

/// Sorted. What computes on tensors and numbers and holds a program together; nothing that names a file, a device, a thread, a
/// generator's seed, another process or raw memory (as_strided, set_, resize_, data).
constexpr std::array kAllowed = std::to_array<std::string_view>({
    "aten::Bool", "aten::Float", "aten::Int", "aten::IntImplicit", "aten::__and__", "aten::__contains__", "aten::__getitem__",
    "aten::__is__", "aten::__isnot__", "aten::__not__", "aten::__or__", "aten::_set_item", "aten::abs", "aten::adaptive_avg_pool1d",
    "aten::adaptive_avg_pool2d", "aten::adaptive_max_pool1d", "aten::add", "aten::add_", "aten::addmm", "aten::alpha_dropout",
    "aten::append", "aten::arange", "aten::argmax", "aten::argmin", "aten::avg_pool1d", "aten::avg_pool2d", "aten::bmm", "aten::cat",
    "aten::celu", "aten::chunk", "aten::clamp", "aten::clamp_max", "aten::clamp_min", "aten::clone", "aten::contiguous", "aten::conv1d",
    "aten::conv2d", "aten::cos", "aten::cumsum", "aten::detach", "aten::dim", "aten::div", "aten::div_", "aten::dropout",
    "aten::dropout_", "aten::einsum", "aten::elu", "aten::embedding", "aten::eq", "aten::erf", "aten::exp", "aten::expand",
    "aten::expand_as", "aten::feature_dropout", "aten::flatten", "aten::flip", "aten::floor", "aten::floor_divide", "aten::floordiv",
    "aten::full", "aten::full_like", "aten::gather", "aten::ge", "aten::gelu", "aten::group_norm", "aten::gru", "aten::gt",
    "aten::hardsigmoid", "aten::hardswish", "aten::hardtanh", "aten::index_select", "aten::is_floating_point", "aten::isnan",
    "aten::item", "aten::layer_norm", "aten::le", "aten::leaky_relu", "aten::len", "aten::linear", "aten::log", "aten::log1p",
    "aten::log_softmax", "aten::logsumexp", "aten::lstm", "aten::lt", "aten::masked_fill", "aten::matmul", "aten::max",
    "aten::max_pool1d", "aten::max_pool2d", "aten::maximum", "aten::mean", "aten::min", "aten::minimum", "aten::mm", "aten::mul",
    "aten::mul_", "aten::narrow", "aten::ne", "aten::neg", "aten::new_zeros", "aten::ones", "aten::ones_like", "aten::permute",
    "aten::pow", "aten::prelu", "aten::prod", "aten::reciprocal", "aten::relu", "aten::relu6", "aten::relu_", "aten::remainder",
    "aten::repeat", "aten::reshape", "aten::rnn_relu", "aten::rnn_tanh", "aten::round", "aten::rsqrt", "aten::rsub", "aten::select",
    "aten::selu", "aten::sigmoid", "aten::sign", "aten::silu", "aten::sin", "aten::size", "aten::slice", "aten::softmax",
    "aten::softplus", "aten::split", "aten::sqrt", "aten::squeeze", "aten::stack", "aten::std", "aten::sub", "aten::sub_", "aten::sum",
    "aten::t", "aten::tanh", "aten::to", "aten::transpose", "aten::tril", "aten::triu", "aten::type_as", "aten::unbind",
    "aten::unsqueeze", "aten::var", "aten::view", "aten::view_as", "aten::warn", "aten::where", "aten::zeros", "aten::zeros_like",
    "prim::CallFunction", "prim::CallMethod", "prim::Constant", "prim::CreateObject", "prim::DictConstruct", "prim::GetAttr",
    "prim::If", "prim::ListConstruct", "prim::ListUnpack", "prim::Loop", "prim::NumToTensor", "prim::Print", "prim::RaiseException",
    "prim::Return", "prim::SetAttr", "prim::TupleConstruct", "prim::TupleIndex", "prim::TupleUnpack", "prim::Uninitialized",
    "prim::abs", "prim::device", "prim::dtype", "prim::max", "prim::min", "prim::unchecked_cast"});

static_assert(std::is_sorted(kAllowed.begin(), kAllowed.end()));

Result<void> checkBlock(const torch::jit::Block* block, const std::string& function)
{
    for (const torch::jit::Node* node : block->nodes()) {
        const std::string_view name = node->kind().toQualString();
        if (!std::binary_search(kAllowed.begin(), kAllowed.end(), name)) {
            return fail(ErrorKind::PolicyRefused, "operator " + std::string(name) + " in " + function + " is not allowed");
        }
        for (const torch::jit::Block* inner : node->blocks()) TRY(checkBlock(inner, function));
    }
    return {};
}

}  // namespace

Result<void> checkOperators(const torch::jit::Module& module)
{
    for (torch::jit::Function* function : module._ivalue()->compilation_unit()->get_functions()) {
        if (!function->isGraphFunction()) {
            return fail(ErrorKind::PolicyRefused, "function " + function->name() + " has no graph to check");
        }
        TRY(checkBlock(torch::jit::toGraphFunction(*function).graph()->block(), function->name()));
    }
    return {};
}

}  // namespace quorate::learning
