// What a search found, as the four arrays Python gets.
#pragma once

#include <cstdint>
#include <vector>

#include "columns.hpp"
#include "index/search.hpp"

namespace jikimi {

struct FlatAnswers {
    Column<std::int64_t> offsets;
    Column<std::uint64_t> ids;
    Column<std::uint16_t> distances;
    Column<bool> capped;

    explicit FlatAnswers(const std::vector<index::Answer>& answers)
        : offsets(answers.size() + 1), ids(total(answers)), distances(ids.size),
          capped(answers.size()) {
        std::size_t next = 0;
        offsets.values[0] = 0;
        for (std::size_t query = 0; query < answers.size(); ++query) {
            for (const index::Match& match : answers[query].matches) {
                ids.values[next] = match.id;
                distances.values[next++] = match.distance;
            }
            offsets.values[query + 1] = static_cast<std::int64_t>(next);
            capped.values[query] = answers[query].capped;
        }
    }

    static std::size_t total(const std::vector<index::Answer>& answers) {
        std::size_t count = 0;
        for (const index::Answer& answer : answers) count += answer.matches.size();
        return count;
    }
};

}  // namespace jikimi
