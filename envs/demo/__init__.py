"""What Handeye brings along to practise on: a hotel's web site, on a loopback port."""
