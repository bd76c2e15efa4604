// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/data_dictionary.h"

namespace quorate::schema {

namespace {

Variable number(VariableType type, std::string name, std::string label, std::string unit, double minimum, double maximum)
{
    Variable variable;
    variable.name = std::move(name);
    variable.label = std::move(label);
    variable.unit = std::move(unit);
    variable.type = type;
    variable.minimum = minimum;
    variable.maximum = maximum;
    return variable;
}

Variable category(std::string name, std::string label, std::vector<Level> levels)
{
    Variable variable;
    variable.name = std::move(name);
    variable.label = std::move(label);
    variable.type = VariableType::Categorical;
    variable.levels = std::move(levels);
    return variable;
}

Variable notInput(Variable variable)
{
    variable.isInput = false;
    return variable;
}

}  // namespace

DataDictionary heartDiseaseDictionary()
{
    Variable record;
    record.name = "record_id";
    record.label = "Record";
    record.type = VariableType::Identifier;
    record.missing = MissingRule::Refuse;
    record.isInput = false;

    DataDictionary dictionary;
    dictionary.target = "num";
    dictionary.targetPositiveAbove = 0;
    // Ranges hold what the four files hold, not what medicine would accept: zero cholesterol stands for "not measured"
    // in some of them, and the published benchmark keeps it.
    dictionary.variables = {
        record,
        number(VariableType::Integer, "age", "Age", "years", 0, 120),
        category("sex", "Sex", {{"0", "female"}, {"1", "male"}}),
        category("cp", "Chest pain",
                 {{"1", "typical angina"}, {"2", "atypical angina"}, {"3", "non-anginal pain"}, {"4", "asymptomatic"}}),
        number(VariableType::Integer, "trestbps", "Resting blood pressure", "mmHg", 0, 300),
        number(VariableType::Integer, "chol", "Serum cholesterol", "mg/dl", 0, 1000),
        category("fbs", "Fasting blood sugar above 120 mg/dl", {{"0", "no"}, {"1", "yes"}}),
        category("restecg", "Resting electrocardiogram",
                 {{"0", "normal"}, {"1", "ST-T abnormality"}, {"2", "left ventricular hypertrophy"}}),
        number(VariableType::Integer, "thalach", "Maximum heart rate", "1/min", 30, 250),
        category("exang", "Angina on exercise", {{"0", "no"}, {"1", "yes"}}),
        number(VariableType::Decimal, "oldpeak", "ST depression on exercise", "mm", -5, 10),
        notInput(category("slope", "Slope of the ST segment", {{"1", "up"}, {"2", "flat"}, {"3", "down"}})),
        notInput(number(VariableType::Integer, "ca", "Major vessels in fluoroscopy", "", 0, 3)),
        notInput(category("thal", "Thallium scan", {{"3", "normal"}, {"6", "fixed defect"}, {"7", "reversible defect"}})),
        notInput(number(VariableType::Integer, "num", "Diagnosis, degree of disease", "", 0, 4)),
    };
    return dictionary;
}

}  // namespace quorate::schema
