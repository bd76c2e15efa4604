// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/synthetic_hospitals.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <random>

namespace quorate::schema {

namespace {

/// Draws that are the same with every standard library, which std::normal_distribution and its kin are not.
class Draws {
public:
    explicit Draws(std::uint64_t seed) : m_generator(seed) {}

    /// In [0, 1), of 53 bits.
    double uniform() { return static_cast<double>(m_generator() >> 11) * 0x1p-53; }
    bool chance(double probability) { return uniform() < probability; }
    /// Sum of twelve uniforms less six: near enough to a normal draw, and exact arithmetic on every machine.
    double normal()
    {
        double sum = -6;
        for (int i = 0; i < 12; ++i) sum += uniform();
        return sum;
    }
    int rounded(double mean, double deviation, int lowest, int highest)
    {
        return std::clamp(static_cast<int>(std::lround(mean + deviation * normal())), lowest, highest);
    }
    /// Index of one of the shares, which sum to 1.
    int among(std::initializer_list<double> shares)
    {
        double left = uniform();
        int index = 0;
        for (const double share : shares) {
            if (left < share) return index;
            left -= share;
            ++index;
        }
        return index - 1;
    }

private:
    std::mt19937_64 m_generator;
};

struct Patient {
    int age, male, pain, pressure, cholesterol, sugar, electrocardiogram, heartRate, angina;
    int depressionTenths;  ///< Of oldpeak.
    int slope, vessels, scan, diagnosis;
    bool lacksCholesterol, lacksSugar, lacksExercise, hasImaging;

    [[nodiscard]] bool isComplete() const { return !lacksCholesterol && !lacksSugar && !lacksExercise; }
};

/// First who the patient is, then whether there is disease, then what disease does to each finding.
Patient drawPatient(const SyntheticHospital& hospital, Draws& draws)
{
    Patient p{};
    p.age = draws.rounded(hospital.meanAge, 8.5, 25, 90);
    p.male = draws.chance(hospital.maleShare) ? 1 : 0;
    const double logOdds = hospital.severity + 0.045 * (p.age - 55) + 0.7 * p.male - 0.5;
    const bool isIll = draws.chance(1 / (1 + std::exp(-logOdds)));
    const double ill = isIll ? 1 : 0;
    p.pain = 1 + (isIll ? draws.among({0.06, 0.10, 0.16, 0.68}) : draws.among({0.09, 0.35, 0.34, 0.22}));
    p.pressure = draws.rounded(124 + 0.15 * (p.age - 50) + 4 * ill, 16, 85, 205);
    p.cholesterol = hospital.measuresCholesterol ? draws.rounded(228 + 14 * ill, 44, 110, 480) : 0;
    p.sugar = draws.chance(0.11 + 0.07 * ill) ? 1 : 0;
    p.electrocardiogram = isIll ? draws.among({0.50, 0.24, 0.26}) : draws.among({0.64, 0.18, 0.18});
    p.heartRate = draws.rounded(150 - 0.75 * (p.age - 50) - 15 * ill, 18, 65, 205);
    p.angina = draws.chance(0.16 + 0.42 * ill) ? 1 : 0;
    p.depressionTenths = std::max(0, draws.rounded(3 + 9 * ill, 7, -6, 52));
    p.slope = 1 + (isIll ? draws.among({0.24, 0.64, 0.12}) : draws.among({0.62, 0.33, 0.05}));
    p.vessels = isIll ? draws.among({0.36, 0.32, 0.20, 0.12}) : draws.among({0.80, 0.13, 0.05, 0.02});
    constexpr int kScans[] = {3, 6, 7};
    p.scan = kScans[isIll ? draws.among({0.28, 0.10, 0.62}) : draws.among({0.78, 0.05, 0.17})];
    p.diagnosis = isIll ? 1 + draws.among({0.42, 0.26, 0.22, 0.10}) : 0;
    p.lacksCholesterol = draws.chance(hospital.missingLaboratory);
    p.lacksSugar = draws.chance(hospital.missingLaboratory);
    p.lacksExercise = draws.chance(hospital.missingExercise);
    p.hasImaging = draws.chance(0.35);
    return p;
}

std::string rowOf(const std::string& identifier, const Patient& p)
{
    const auto cell = [](bool isThere, int value) { return isThere ? std::to_string(value) : std::string(); };
    const std::string depression = std::to_string(p.depressionTenths / 10) + "." + std::to_string(p.depressionTenths % 10);
    std::string row = identifier;
    for (const std::string& text :
         {std::to_string(p.age), std::to_string(p.male), std::to_string(p.pain), std::to_string(p.pressure),
          cell(!p.lacksCholesterol, p.cholesterol), cell(!p.lacksSugar, p.sugar), std::to_string(p.electrocardiogram),
          cell(!p.lacksExercise, p.heartRate), cell(!p.lacksExercise, p.angina), p.lacksExercise ? "" : depression,
          cell(p.hasImaging, p.slope), cell(p.hasImaging, p.vessels), cell(p.hasImaging, p.scan), std::to_string(p.diagnosis)}) {
        row += "," + text;
    }
    return row + "\n";
}

struct HospitalFiles {
    std::string records = "record_id,age,sex,cp,trestbps,chol,fbs,restecg,thalach,exang,oldpeak,slope,ca,thal,num\n";
    std::string split = "record_id,part\n";
    bool hasBothOutcomes = false;  ///< In both parts.
};

HospitalFiles drawFiles(const SyntheticHospital& hospital, Draws& draws)
{
    HospitalFiles files;
    // Complete records of each outcome go to training and test in turn, two to one.
    std::uint32_t placed[2] = {0, 0};
    for (std::uint32_t number = 1; number <= hospital.records; ++number) {
        char digits[16];
        std::snprintf(digits, sizeof digits, "%04u", number);
        const std::string identifier = hospital.code.substr(0, 2) + "-" + digits;
        const Patient patient = drawPatient(hospital, draws);
        files.records += rowOf(identifier, patient);
        if (!patient.isComplete()) continue;
        const bool isTest = ++placed[patient.diagnosis > 0 ? 1 : 0] % 3 == 0;
        files.split += identifier + (isTest ? ",test\n" : ",train\n");
    }
    files.hasBothOutcomes = placed[0] >= 3 && placed[1] >= 3;
    return files;
}

/// A hospital without one of the outcomes in a part is drawn again: it could be neither trained on nor judged.
HospitalFiles filesOf(const SyntheticHospital& hospital, std::uint64_t seed)
{
    Draws draws(seed);
    HospitalFiles files = drawFiles(hospital, draws);
    while (!files.hasBothOutcomes) files = drawFiles(hospital, draws);
    return files;
}

Result<void> writeFile(const std::filesystem::path& path, const std::string& text)
{
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.close();
    if (!file) return fail(ErrorKind::StorageFailed, path.filename().string() + ": cannot be written");
    return {};
}

}  // namespace

std::vector<SyntheticHospital> syntheticHospitals()
{
    return {
        {"harbour", "Harbour", 280, 54, 0.66, 0.05, 0.00, 0.00, true},
        {"lakeside", "Lakeside", 210, 47, 0.74, -0.75, 0.07, 0.02, true},
        {"summit", "Summit", 110, 56, 0.90, 1.40, 0.20, 0.04, false},
        {"valley", "Valley", 190, 60, 0.95, 0.90, 0.04, 0.26, true},
    };
}

Result<void> writeSyntheticHospitals(const std::filesystem::path& folder, std::uint64_t seed)
{
    std::uint64_t number = 0;
    for (const SyntheticHospital& hospital : syntheticHospitals()) {
        const HospitalFiles files = filesOf(hospital, seed * 1000 + ++number);
        TRY(writeFile(folder / (hospital.code + ".csv"), files.records));
        TRY(writeFile(folder / (hospital.code + ".split.csv"), files.split));
    }
    return {};
}

}  // namespace quorate::schema
