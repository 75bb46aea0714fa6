// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
// Containers, virtual calls and exceptions through several frames, for so many seconds.
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

struct shape {
	virtual ~shape() = default;
	virtual int weigh(int depth) = 0;
};

struct leaf : shape {
	std::string name;
	explicit leaf(int n) : name(std::to_string(n)) {}
	int weigh(int depth) override
	{
		if (depth % 7 == 3)
			throw std::runtime_error(name);
		return (int)name.size() + depth;
	}
};

struct tree : shape {
	std::vector<std::unique_ptr<shape>> parts;
	int weigh(int depth) override
	{
		int sum = 0;

		for (auto &part : parts) {
			try {
				sum += part->weigh(depth + 1);
			} catch (const std::exception &e) {
				if (depth > 1)
					throw;
				sum += e.what()[0];
			}
		}
		return sum;
	}
};

static std::unique_ptr<shape> grow(int levels, int n)
{
	if (!levels)
		return std::make_unique<leaf>(n);
	auto t = std::make_unique<tree>();
	for (int i = 0; i < 4; i++)
		t->parts.push_back(grow(levels - 1 - i % 2 * (levels > 1), n * 4 + i));
	return t;
}

int main(int argc, char **argv)
{
	auto end = std::chrono::steady_clock::now() + std::chrono::seconds(argc > 1 ? atoi(argv[1]) : 1);
	std::map<std::string, int> seen;
	int n = 0;

	while (std::chrono::steady_clock::now() < end) {
		auto t = grow(6, n % 10);

		seen[std::to_string(n++ % 1000)] += t->weigh(0);
	}
	return seen.size() > 1000;
}
