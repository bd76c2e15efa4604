// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/script/script_folder.h"

#include <fstream>

#include "learning/script/confined_process.h"

namespace quorate::learning {

namespace {

Result<Bytes> readScript(const std::filesystem::path& path)
{
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) return fail(ErrorKind::Unavailable, path.string() + ", the study's TorchScript file, is not there");
    if (size > kMaxScriptBytes) return fail(ErrorKind::Malformed, path.string() + " is longer than 512 MiB");
    Bytes bytes(static_cast<std::size_t>(size));
    std::ifstream file(path, std::ios::binary);
    if (!file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()))) {
        return fail(ErrorKind::Unavailable, path.string() + " cannot be read");
    }
    return bytes;
}

}  // namespace

Result<ScriptModel> openScript(const study::ModelSpec& spec, const ScriptFolder& scripts)
{
    if (scripts.folder.empty()) return fail(ErrorKind::Unavailable, "the study's model is a TorchScript file, and no folder of such files is named");
    TRY_ASSIGN(script, readScript(scripts.folder / (toHex(spec.scriptDigest) + ".pt")));
    ScriptWorker worker = scripts.worker;
    if (worker.program.empty()) {
        TRY_ASSIGN(program, programBeside("quorate-script-worker"));
        worker.program = std::move(program);
    }
    return ScriptModel::open(spec, std::move(script), std::move(worker));
}

Result<std::unique_ptr<ModelStart>> openStart(const study::ModelSpec& spec, const ScriptFolder& scripts)
{
    if (spec.kind != study::ModelKind::TorchScript) return builtInStart(spec);
    TRY_ASSIGN(model, openScript(spec, scripts));
    return std::make_unique<ScriptModel>(std::move(model));
}

}  // namespace quorate::learning
